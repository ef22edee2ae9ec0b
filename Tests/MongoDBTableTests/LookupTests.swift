import Foundation
import LookupTables
import Peers
import Testing

@testable import MongoDBTable

/// What is asked, and what becomes of the answer, over the wire.
@Suite struct LookupTests {
    @Test func filterAndProjectionAreTheOperators() async throws {
        let server = try MongoDBScript { _ in .documents("{\"username\": \"jack@example.org\"}") }
        let fixture = try MongoDBFixture()
        defer { fixture.pools.close() }
        let table = try fixture.table(
            server.uri, MongoDBFixture.filter + "result_attribute = username, alias")
        let observer = Recorder()
        #expect(try await table.lookup("O\"Hara@Example.org", observer: observer) == "jack@example.org")
        #expect(
            server.questions == [
                .init(
                    database: "mail", collection: "mailbox",
                    filter:
                        "{\"$or\":[{\"username\":\"o\\\"hara@example.org\"},{\"alias.address\":\"o\\\"hara@example.org\"}],"
                        + "\"active\":{\"$numberInt\":\"1\"}}",
                    projection:
                        "{\"_id\":{\"$numberInt\":\"0\"},\"alias\":{\"$numberInt\":\"1\"},\"username\":{\"$numberInt\":\"1\"}}"
                )
            ])
        #expect(observer.statements.first?.hasPrefix("db.getCollection(\"mailbox\").find({ \"$or\"") == true)
        #expect(observer.hosts == ["127.0.0.1:\(server.server.port)"])
    }

    @Test(arguments: [
        (["{\"a\": \"x\"}"], "", "x"),
        (["{\"a\": \"x\", \"b\": 7}", "{\"a\": {\"$numberLong\": \"-5\"}}"], "", "x,7,-5"),
        (["{\"a\": [\"x\", [\"y\", 3], []]}"], "", "x,y,3"), ([], "", nil), (["{}"], "", nil),
        (["{\"a\": \"\"}", "{\"a\": \"x\"}"], "", "x"),
        (["{\"a\": null, \"b\": {\"c\": \"d\"}, \"e\": 1.5, \"f\": \"x\"}"], "", "x"),
        (["{\"a\": [\"u@v.w\", \"plain\"]}"], "result_format = smtp:[%d]", "smtp:[v.w]"),
        (["{\"a\": \"r\"}"], "result_format = %s-%U-%D-%1", "r-k-b.c-c"),
        (["{\"a\": \"x\\u0000y\"}"], "", "x"),
    ])
    func valuesAreJoined(documents: [String], settings: String, expected: String?) async throws {
        let server = try MongoDBScript { _ in .batches([documents]) }
        let fixture = try MongoDBFixture()
        defer { fixture.pools.close() }
        let table = try fixture.table(server.uri, MongoDBFixture.filter + "result_attribute = a\n" + settings)
        #expect(try await table.lookup("k@b.c") == expected)
    }

    @Test func fieldsThatAreNoTextAreWarnedOf() async throws {
        let server = try MongoDBScript { _ in .documents("{\"when\": {\"$date\": 0}, \"a\": \"x\"}") }
        let fixture = try MongoDBFixture()
        defer { fixture.pools.close() }
        #expect(try await fixture.table(server.uri).lookup("k") == "x")
        #expect(
            fixture.log.lines.contains {
                $0.contains("failed to retrieve value of 'when', Unknown result type 9.")
            })
    }

    @Test func furtherBatchesAreFetched() async throws {
        let server = try MongoDBScript { _ in
            .batches([["{\"a\": \"1\"}"], ["{\"a\": \"2\"}", "{\"a\": \"3\"}"], ["{\"a\": \"4\"}"]])
        }
        let fixture = try MongoDBFixture()
        defer { fixture.pools.close() }
        #expect(try await fixture.table(server.uri).lookup("k") == "1,2,3,4")
        let limited = try fixture.table(
            server.uri, MongoDBFixture.filter + "result_attribute = a\nexpansion_limit = 3")
        #expect(await outcome(limited, "k").failure?.cause == .result)
    }

    @Test func aProjectionIsSentAsItIs() async throws {
        let server = try MongoDBScript { _ in .documents("{\"path\": \"example.com/user\"}") }
        let fixture = try MongoDBFixture()
        defer { fixture.pools.close() }
        let projection = "projection = {\"path\": {\"$concat\": [\"$domain\", \"/\", \"$local_part\"]}}"
        #expect(
            try await fixture.table(server.uri, MongoDBFixture.filter + projection).lookup("k")
                == "example.com/user")
        #expect(
            server.questions.first?.projection
                == "{\"_id\":{\"$numberInt\":\"0\"},\"path\":{\"$concat\":[\"$domain\",\"/\",\"$local_part\"]}}"
        )
    }

    @Test func keysThatLackAPartAreNotAskedFor() async throws {
        let server = try MongoDBScript { _ in .documents("{\"a\": \"x\"}") }
        let fixture = try MongoDBFixture()
        defer { fixture.pools.close() }
        let table = try fixture.table(
            server.uri, "query_filter = {\"u\": \"%u\", \"d\": \"%d\"}\nresult_attribute = a\ndomain = b.c")
        for key in ["", "k", "@b.c", "k@", "k@other", "nul\0@b.c"] {
            #expect(try await table.lookup(key) == nil)
        }
        #expect(server.questions.isEmpty)
        #expect(try await table.lookup("k@B.C") == "x")
    }

    @Test(arguments: [
        ("result_attribute =", "exactly one"), ("result_attribute = a\nprojection = {}", "exactly one"),
        ("projection = {", "projection"),
        ("result_attribute = a\nquery_filter = {\"a\": %s}", "query_filter"),
        ("result_attribute = a\nresult_format = %z", "result_format"),
        ("result_attribute = a\nquery_filter =", "query_filter"),
        ("result_attribute = a\nexpansion_limit = many", "expansion_limit"),
        ("result_attribute = a\ndbname =", "dbname"),
        ("result_attribute = a\ncollection =", "collection"),
        ("result_attribute = a\nno equals sign", "missing '='"),
    ])
    func badDefinitionsAreNamed(settings: String, named: String) throws {
        let fixture = try MongoDBFixture()
        let error = #expect(throws: TableError.self) {
            try fixture.table("mongodb://127.0.0.1/", MongoDBFixture.filter + settings)
        }
        #expect(error?.description.contains(named) == true, "\(String(describing: error))")
    }

    @Test(arguments: [
        "mongodb://u:s3cret%40word@", "mongo://u:s3cret%40word@host/", "mongodb://u:s3cret%zzword@host/",
        "mongodb://u:s3cret%40word@host:port/",
    ])
    func aBrokenURIIsNotShown(uri: String) throws {
        let fixture = try MongoDBFixture()
        let error = #expect(throws: TableError.self) { try fixture.table(uri) }
        #expect(error?.description.contains("uri") == true)
        #expect(!"\(String(describing: error)) \(fixture.log.lines)".contains("s3cret"))
    }

    @Test func absentAndUnreadableFilesFailForTheTimeBeing() async throws {
        let fixture = try MongoDBFixture()
        for path in ["\(fixture.directory.path)/absent.cf", fixture.directory.path] {
            #expect(
                await outcome(fixture.opener.open("mongodb:\(path)"), "x").failure?.cause == .configuration)
        }
        #expect(fixture.log.lines.count == 2)
    }
}
