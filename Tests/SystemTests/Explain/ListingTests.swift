import Foundation
import LookupTables
import MySQLTable
import Peers
import PostfixConfig
import SQLiteTable
import Testing

/// Going through the entries of maps: what is listed is what lookups find.
@Suite struct ListingTests {
    private func entries(_ table: any LookupTable) async throws -> [String] {
        let table = try #require(table.enumerable)
        var entries: [String] = []
        try await table.forEachBatch { batch in
            entries += batch.map { "\($0.key)=\($0.value)" }
            return true
        }
        return entries.sorted()
    }

    private func opener(_ directory: TemporaryDirectory) throws -> TableOpener {
        let pools = DatabasePools()
        return TableOpener(
            configuration: try Configuration(directory: directory.path, values: [:]),
            drivers: [MySQLDriver(pools: pools), SQLiteDriver(pools: pools)])
    }

    @Test func `maps of the guide are listed over a connection of their own`() async throws {
        let server = try await MariaDBServer.shared()
        let guide = try await GuideFixture.make(
            in: server,
            sql: """
                INSERT INTO virtual_aliases (domain_id, source, destination)
                  SELECT 1, CONCAT('a', seq, '@example.org'), 'John@example.org' FROM seq_1_to_2500;
                INSERT INTO virtual_aliases (domain_id, source, destination) VALUES
                  (1, 'jack@example.org', 'second@example.org'), (1, 'empty@example.org', '');
                """)
        let directory = try TemporaryDirectory("lst")
        for (name, text) in guide.maps(hosts: "127.0.0.1:\(server.port)") { try directory.write(name, text) }
        let opener = try opener(directory)
        let aliases = opener.open("mysql:\(directory.path)/mysql-virtual-alias-maps.cf")
        #expect(aliases.enumerationObstacle == nil)
        let found = try await entries(aliases)
        #expect(found.count == 2502)
        #expect(
            found.filter { $0.hasPrefix("jack") } == [
                "jack@example.org=john@example.org", "jack@example.org=second@example.org",
            ])
        // Early ends leave nothing behind, and the pool's lookups are not held up.
        var batches = 0
        try await #require(aliases.enumerable).forEachBatch { _ in
            batches += 1
            return false
        }
        #expect(batches == 1)
        #expect(try await aliases.lookup("a7@example.org") == "John@example.org")
    }

    @Test
    func `texts with parts of the key are filled in, and domains that are not asked for are no entries`()
        async throws
    {
        let directory = try TemporaryDirectory("lst")
        let result = try await Command.run(
            ["sqlite3", directory.appending("db")],
            input:
                "CREATE TABLE u (email TEXT, active INT); INSERT INTO u VALUES ('a@x.test', 1), ('b@x.test', 0), ('c@y.test', 1);"
        )
        try #require(result.exitCode == 0, "\(result.standardError)")
        try directory.write(
            "boxes.cf",
            "dbpath = \(directory.path)/db\ndomain = x.test\nquery = SELECT '%d/%u/' FROM u WHERE email = '%s' AND active = 1\n"
        )
        try directory.write(
            "parts.cf", "dbpath = \(directory.path)/db\nquery = SELECT 1 FROM u WHERE email LIKE '%u%%'\n")
        let opener = try opener(directory)
        #expect(try await entries(opener.open("sqlite:\(directory.path)/boxes.cf")) == ["a@x.test=x.test/a/"])
        let parts = opener.open("sqlite:\(directory.path)/parts.cf")
        #expect(
            parts.enumerationObstacle?.contains("SELECT 1 FROM u WHERE email LIKE '%u%%'") == true,
            "\(parts.enumerationObstacle ?? "")")
    }

    @Test func `joins, parts of the key and unions are listed as lookups find them`() async throws {
        let directory = try TemporaryDirectory("lst")
        let result = try await Command.run(
            ["sqlite3", directory.appending("db")],
            input: """
                CREATE TABLE alias (address TEXT, goto TEXT, active INT);
                CREATE TABLE alias_domain (alias_domain TEXT, target_domain TEXT);
                CREATE TABLE users (local TEXT, domain TEXT, home TEXT);
                INSERT INTO alias VALUES ('a@x.test', 'b@x.test', 1), ('off@x.test', 'b@x.test', 0),
                    ('a@y.test', 'c@y.test', 1), ('null@x.test', NULL, 1);
                INSERT INTO alias_domain VALUES ('z.test', 'x.test');
                INSERT INTO users VALUES ('b', 'x.test', 'box'), ('c', 'y.test', 'cot');
                """)
        try #require(result.exitCode == 0, "\(result.standardError)")
        let opener = try opener(directory)
        func entries(_ name: String, _ query: String) async throws -> [String] {
            try directory.write(
                "\(name).cf",
                "dbpath = \(directory.path)/db\nquery = \(query)\nresult_format = %s\n")
            let table = opener.open("sqlite:\(directory.path)/\(name).cf")
            let found = try await self.entries(table)
            for entry in found {
                let parts = entry.split(separator: "=", maxSplits: 1)
                #expect(try await table.lookup(String(parts[0])) == String(parts[1]), "\(entry)")
            }
            return found
        }
        #expect(
            try await entries(
                "domains",
                "SELECT goto FROM alias, alias_domain WHERE alias_domain.alias_domain = '%d' "
                    + "AND alias.address = '%u' || '@' || alias_domain.target_domain AND alias.active = 1")
                == ["a@z.test=b@x.test"])
        #expect(
            try await entries("users", "SELECT home, local FROM users WHERE local = '%u' AND domain = '%d'")
                == ["b@x.test=box", "c@y.test=cot"])
        #expect(
            try await entries(
                "union",
                "SELECT goto FROM alias WHERE address = '%s' AND active = 1 "
                    + "UNION SELECT home FROM users WHERE local = '%u' AND domain = '%d' LIMIT 5")
                == ["a@x.test=b@x.test", "a@y.test=c@y.test", "b@x.test=box", "c@y.test=cot"])
    }

    @Test func `files are listed, rules are not`() async throws {
        let directory = try TemporaryDirectory("lst")
        try directory.write("text", "b@x.test c\na@x.test  d e\n")
        try directory.write("rules", "/x/ y\n")
        let opener = try opener(directory)
        #expect(
            try await entries(opener.open("texthash:\(directory.path)/text")) == [
                "a@x.test=d e", "b@x.test=c",
            ])
        #expect(try await entries(opener.open("inline:{ {k=v} }")) == ["k=v"])
        #expect(opener.open("regexp:\(directory.path)/rules").enumerationObstacle != nil)
    }
}
