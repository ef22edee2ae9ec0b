import Peers
import Testing

@testable import Diagnosis

@Suite struct AliasLoopsTests {
    @Test func `a circle of aliases is shown as a path`() async throws {
        let setup = try await GuideSetup.make(
            sql: GuideSetup.aliases(
                ("a@example.org", "b@example.org"), ("b@example.org", "c@example.org"),
                ("c@example.org", "a@example.org")))
        try await setup.has(
            AliasLoops.self, .error, about: "a@example.org",
            saying: "a@example.org -> b@example.org -> c@example.org -> a@example.org",
            "none of them is a mailbox",
            "UPDATE virtual_aliases SET destination = '…' WHERE source = 'c@example.org' AND destination = 'a@example.org';"
        )
    }

    @Test(arguments: [
        // Whose own mail comes back, wherever the way begins.
        ("john", ["jack -> john", "john -> jack"], "john -> jack"),
        ("anna", ["john -> anna", "anna -> jack", "jack -> john"], "anna -> jack"),
        // Of a row with several addresses only the one goes.
        ("john", ["x -> y", "y -> x, john"], "y -> x"),
    ])
    func `the alias is offered without which everybody gets mail`(
        _ mailbox: String, _ aliases: [String], _ offered: String
    ) async throws {
        let rows = aliases.map { alias -> (String, String) in
            let sides = alias.components(separatedBy: " -> ")
            return (
                "\(sides[0])@example.org",
                sides[1].components(separatedBy: ", ").map { "\($0)@example.org" }.joined(separator: ", ")
            )
        }
        let setup = try await GuideSetup.make(
            sql: "DELETE FROM virtual_users; DELETE FROM virtual_aliases;"
                + GuideSetup.mailboxes("\(mailbox)@example.org") + rows.map { GuideSetup.aliases($0) }.joined())
        let finding = try await setup.has(AliasLoops.self, .error)
        let sides = offered.components(separatedBy: " -> ").map { "\($0)@example.org" }
        let command = try #require(finding.commands.first, "\(finding)")
        #expect(finding.cure.contains("let \(sides[0]) not lead to \(sides[1])"), "\(finding)")
        #expect(command.text.contains("WHERE source = '\(sides[0])' AND destination = '"), "\(finding)")
    }

    @Test func `a way over too many aliases is shown`() async throws {
        let aliases = (1...8).map { ("a\($0)@example.org", $0 < 8 ? "a\($0 + 1)@example.org" : "john@example.org") }
        let sql = aliases.map { GuideSetup.aliases($0) }.joined()
        let setup = try await GuideSetup.make(sql: sql, main: "virtual_alias_recursion_limit = 5\n")
        try await setup.has(
            AliasLoops.self, .error, saying: "virtual_alias_recursion_limit", "-> john@example.org",
            "lead to john@example.org at once")
        let findings = try await setup.findings(AliasLoops.self)
        #expect(findings.count == 1, "\(findings)")
        try await GuideSetup.make(sql: sql).hasNo(AliasLoops.self)
    }

    @Test func `too many recipients are shown with where they come from`() async throws {
        let list = (1...8).map { "user\($0)@elsewhere.example" }
        let sql = GuideSetup.aliases(
            ("all@example.org", "one@example.org, two@example.org"),
            ("one@example.org", list.prefix(4).joined(separator: ",")),
            ("two@example.org", list.suffix(4).joined(separator: ",")))
        let wide = "ALTER TABLE virtual_aliases MODIFY destination varchar(500) NOT NULL;"
        try await GuideSetup.make(sql: wide + sql, main: "virtual_alias_expansion_limit = 6\n")
            .has(
                AliasLoops.self, .error, about: "all@example.org",
                saying: "all@example.org -> one@example.org, which leads to 4")
        try await GuideSetup.make(sql: wide + sql).hasNo(AliasLoops.self)
    }

    @Test func `addresses that keep their mail and share it are no circle`() async throws {
        try await GuideSetup.make(
            sql: GuideSetup.mailboxes("a@example.org", "b@example.org")
                + GuideSetup.aliases(
                    ("a@example.org", "a@example.org, b@example.org"),
                    ("b@example.org", "b@example.org, a@example.org"))
        ).hasNo(AliasLoops.self)
    }

    @Test func `an alias grows where a delimiter makes it its own target`() async throws {
        let aliases = GuideSetup.aliases(("sales@example.org", "sales+in@example.org"))
        try await GuideSetup.make(sql: aliases, main: "recipient_delimiter = +\n")
            .has(AliasLoops.self, .error, saying: "sales+in@example.org")
        try await GuideSetup.make(sql: aliases).hasNo(AliasLoops.self)
    }

    @Test func `two domains whose catch-alls lead to each other`() async throws {
        let setup = try await GuideSetup.make(
            sql: "INSERT INTO virtual_domains (name) VALUES ('example.net');"
                + GuideSetup.aliases(("@example.org", "@example.net"), ("@example.net", "@example.org")))
        try await setup.has(AliasLoops.self, .error, saying: "@example.org -> @example.net")
        try await GuideSetup.make(
            sql: "INSERT INTO virtual_domains (name) VALUES ('example.net');"
                + GuideSetup.mailboxes("x@example.org") + GuideSetup.aliases(("@example.net", "@example.org"))
        ).hasNo(AliasLoops.self)
    }
}
