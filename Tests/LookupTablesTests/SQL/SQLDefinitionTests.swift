import Foundation
import Peers
import Testing

@testable import LookupTables

/// `.cf` files and templates. The answers themselves are compared with Postfix in ParityTests.
@Suite struct SQLDefinitionTests {
    private func settings(
        _ text: String, opening: Opening, name: String? = nil
    ) throws -> (settings: TableSettings, path: String, directory: TemporaryDirectory) {
        let directory = try TemporaryDirectory("cf")
        let path = try directory.write("map.cf", text)
        let known = SQLSettings.names.union(["hosts", "password"])
        return (
            try TableSettings(type: "mysql", name: name ?? path, known: known, opener: opening.opener), path,
            directory
        )
    }

    @Test func linesAreThoseOfMainCf() throws {
        let (settings, _, _) = try settings(
            "# comment\nquery = SELECT v\n  FROM t\n# between\n  WHERE k = '%s'\nhosts=a b\n",
            opening: Opening())
        #expect(settings.text("query") == "SELECT v  FROM t  WHERE k = '%s'")
        #expect(settings.text("hosts") == "a b")
        #expect(settings.text("domain") == nil)
    }

    @Test func whatIsNotUnderstoodIsNamedWithItsLine() throws {
        let opening = try Opening()
        let (_, path, _) = try settings("host = a\nquery = 1\nzebra = 1\nquery = 2\n", opening: opening)
        #expect(
            opening.log.messages == [
                "\(path), line 1: unknown setting \"host\" -- ignored; did you mean \"hosts\"?",
                "\(path), line 3: unknown setting \"zebra\" -- ignored",
                "\(path), line 4: overriding earlier entry: query=1",
            ])
    }

    @Test func passwordsAreNeverShown() throws {
        let opening = try Opening()
        _ = try settings("password = s3cret\npassword = 0ther\n", opening: opening)
        #expect(!opening.log.messages.joined().contains("s3cret"))
        let error = #expect(throws: TableError.self) { try settings("password s3cret\n", opening: opening) }
        #expect(error?.description.contains("s3cret") == false)
        #expect(error?.description.contains("line 1: missing '=' after attribute name") == true)
    }

    @Test func aNameThatIsNoPathReadsParametersOfMainCf() throws {
        let opening = try Opening(["aliases_query": "SELECT 1", "aliases_expansion_limit": "x"])
        let (settings, _, _) = try settings("", opening: opening, name: "aliases")
        #expect(settings.text("query") == "SELECT 1")
        let error = #expect(throws: TableError.self) { try settings.number("expansion_limit", default: 0) }
        #expect(error?.description == "bad numerical configuration: aliases_expansion_limit = x")
    }

    @Test(arguments: [
        ("query = SELECT '%x'\n", "db_common_parse: PATH: Invalid query template: SELECT '%x'"),
        ("query = SELECT 1 %\n", "db_common_parse: PATH: Invalid query template: SELECT 1 %"),
        ("query = 1\nresult_format = %q\n", "db_common_parse: PATH: Invalid result template: %q"),
        ("query = 1\nresult_format =\n", "PATH: bad string length 0 < 1: result_format = "),
        ("select_field = v\n", "PATH: bad string length 0 < 1: table = "),
        ("query = 1\nexpansion_limit = 5x\n", "PATH: bad numerical configuration: expansion_limit = 5x"),
        ("query = 1\ndomain = /nonexistent\n", "open file /nonexistent: No such file or directory"),
    ])
    func mistakesAreNamedInPostfixWords(text: String, message: String) throws {
        let opening = try Opening()
        let (settings, path, _) = try settings(text, opening: opening)
        let error = #expect(throws: TableError.self) { try SQLSettings(settings, opener: opening.opener) }
        #expect(error?.description == message.replacingOccurrences(of: "PATH", with: path))
    }

    @Test func olderSettingsMakeAQuery() throws {
        let opening = try Opening()
        let (settings, _, _) = try settings(
            "table = t\nselect_field = v\nwhere_field = k\nadditional_conditions = AND w\n", opening: opening)
        let query = try SQLSettings(settings, opener: opening.opener).query
        var statement: [UInt8] = []
        query.write("a'b", into: &statement) { $1.append(contentsOf: $0) }
        #expect(String(decoding: statement, as: UTF8.self) == "SELECT v FROM t WHERE k = 'a'b' AND w")
    }

    @Test func domainsMayBeTurnedRoundAndStandInFiles() async throws {
        let opening = try Opening()
        let directory = try TemporaryDirectory("domains")
        let path = try directory.write("list", "p.q\n# comment\n!r.s, T.U\n")
        let list = try DomainList("\(path) inline:{x.y=1}, !z.z Static.Example", opener: opening.opener)
        for (key, isAccepted) in [
            ("a@p.q", true), ("a@P.Q", true), ("a@r.s", false), ("a@t.u", true), ("a@x.y", true),
            ("a@X.Y", true),
            ("a@z.z", false), ("a@static.example", true), ("a@other", false), ("@p.q", false), ("p.q", false),
            ("a@", false),
        ] {
            #expect(try await list.accepts(key, observer: nil) == isAccepted, "\(key)")
        }
    }

    @Test func aFileOfDomainsThatNamesItselfIsRefused() throws {
        let opening = try Opening()
        let directory = try TemporaryDirectory("domains")
        let path = directory.appending("list")
        try directory.write("list", "\(path)\n")
        #expect(throws: TableError.self) { try DomainList(path, opener: opening.opener) }
    }
}
