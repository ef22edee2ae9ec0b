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
            "DELETE FROM virtual_aliases WHERE source = 'c@example.org' AND destination = 'a@example.org';")
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
