import Foundation
import Peers
import Testing

@testable import Diagnosis

/// Setups as well-known programs document them, all right: no rule finds more than advice.
@Suite struct CleanSetupsTests {
    @Test func postfixAdminsSetupIsClean() async throws {
        let server = try await MariaDBServer.shared()
        let database = try await server.makeDatabase()
        let fixture = try Self.sections(of: "postfixadmin-mysql")
        // The program itself gives each mailbox an alias to itself, and has alias domains among its domains. Domains
        // that are there for the sake of keys alone have nobody in them.
        let own = """
            DELETE FROM domain WHERE domain IN ('example.net', 'lmtp.example', 'off.example');
            INSERT INTO domain (domain) VALUES ('alias.example');
            INSERT INTO alias (address, goto, domain, active)
            VALUES ('jill@example.org', 'jill@example.org', 'example.org', 1);
            """
        try await server.sql(try #require(fixture["database"]) + own, database: database)
        var files: [String: String] = [:]
        for (name, text) in fixture where name.hasSuffix(".cf") {
            files[name] = """
                user = \(database)
                password = \(database)
                hosts = 127.0.0.1:\(server.port)
                dbname = \(database)
                \(text)

                """
        }
        func map(_ names: String...) throws -> String {
            try names.map { name in
                _ = try #require(files["\(name).cf"], "\(files.keys.sorted())")
                return "proxy:mysql:DIR/\(name).cf"
            }.joined(separator: ", ")
        }
        let setup = try TriedSetup(
            """
            virtual_mailbox_domains = \(try map("virtual_domains_without_backups"))
            virtual_alias_maps = \(try map("virtual_alias_maps", "virtual_alias_domain_maps", "virtual_alias_domain_catchall_maps"))
            virtual_mailbox_maps = \(try map("virtual_mailbox_maps", "virtual_alias_domain_mailbox_maps"))
            relay_domains = \(try map("relay_domains"))
            virtual_alias_domains =
            virtual_mailbox_base = DIR/mail
            virtual_uid_maps = static:5000
            virtual_gid_maps = static:5000
            """, files: files)
        let troubles = await Examination.patient(RuleBook.all).findings(in: try setup.setup()).filter {
            $0.severity > .advice
        }
        #expect(troubles.isEmpty, "\(troubles)")
    }

    private static func sections(of name: String) throws -> [String: String] {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../ParityTests/Fixtures/\(name).txt").standardized
        let text = try String(contentsOf: path, encoding: .utf8)
        var sections: [String: String] = [:]
        for section in ("\n" + text).components(separatedBy: "\n== ").dropFirst() {
            let lines = section.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            sections[String(lines[0])] = lines.count > 1 ? String(lines[1]) : ""
        }
        return sections
    }
}
