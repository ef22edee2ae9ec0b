import Foundation
import Peers
import Testing

/// What would change before anybody changes it, and that it then really is so.
@Suite struct WhatIfTests {
    private static let kerstin = "alias @example.org kerstin@example.com"

    @Test func `a catch-all that would steal a mailbox's mail is seen beforehand`() async throws {
        // Without the guide's email2email, which keeps catch-alls off mailboxes.
        let guide = try await ExplainedGuide.make(
            mainCf: "virtual_alias_maps = mysql:$config_directory/mysql-virtual-alias-maps.cf\n")
        let lines = try await guide.text("--what-if", Self.kerstin, "john@example.org").split(separator: "\n")
            .map(
                String.init)
        #expect(
            lines.prefix(6) == [
                "john@example.org: its mail would go elsewhere",
                "  what if   alias @example.org kerstin@example.com",
                "  now       accepted: it is a mailbox: virtual_mailbox_maps has john@example.org",
                "  then      accepted, but the catch-all @example.org takes it: it goes to kerstin@example.com",
                "  - john@example.org by lmtp to unix:private/dovecot-lmtp",
                "  + kerstin@example.com by smtp to example.com",
            ])
        #expect(lines.contains { $0.hasSuffix("what if: alias @example.org kerstin@example.com") })
        let all = try await guide.text("--what-if", Self.kerstin, "--all")
        #expect(
            all == """
                what if   alias @example.org kerstin@example.com
                example.org: looked at 2 mailboxes and aliases, and at every other address
                  2 addresses: mail would go elsewhere
                  1 address: mail would be taken that is not now
                jack@example.org: its mail would go elsewhere
                  - john@example.org by lmtp to unix:private/dovecot-lmtp
                  + kerstin@example.com by smtp to example.com
                john@example.org: its mail would go elsewhere
                  - john@example.org by lmtp to unix:private/dovecot-lmtp
                  + kerstin@example.com by smtp to example.com
                every other address of example.org: its mail would be taken
                  - 550 5.1.1 <an-address-that-nobody-has@example.org>: Recipient address rejected: User unknown in virtual mailbox table
                  + kerstin@example.com by smtp to example.com

                """, "\(all)")
    }

    @Test func `the guide's email2email keeps mailboxes out of a catch-all, and a new mailbox too`()
        async throws
    {
        let guide = try await ExplainedGuide.make(
            sql:
                "INSERT INTO virtual_aliases (domain_id, source, destination) VALUES (1, '@example.org', 'john@example.org');"
        )
        let all = try await guide.text("--what-if", Self.kerstin, "--all")
        // jack leads to john by an alias, john to himself; both keep their mail.
        #expect(all.contains("  2 addresses: as before\n"), "\(all)")
        let text = try await guide.text("--what-if", "mailbox anna@example.org", "anna@example.org")
        #expect(text.hasPrefix("anna@example.org: its mail would go elsewhere\n"))
        #expect(text.contains("\n  + anna@example.org by lmtp to unix:private/dovecot-lmtp\n"), "\(text)")
    }

    /// A change, the same in SQL, and the address to look at.
    struct Change: Sendable, CustomTestStringConvertible {
        var testDescription: String { changes.joined(separator: "; ") }
        var changes: [String]
        var sql: String
        var addresses: [String]
    }

    @Test(arguments: [
        Change(
            changes: [kerstin],
            sql:
                "INSERT INTO virtual_aliases (domain_id, source, destination) VALUES (1, '@example.org', 'kerstin@example.com')",
            addresses: ["john@example.org", "jack@example.org", "nobody@example.org", "x@example.com"]),
        Change(
            changes: [
                "alias jack@example.org anna@example.org,kerstin@example.com", "mailbox anna@example.org",
            ],
            sql: """
                INSERT INTO virtual_aliases (domain_id, source, destination) VALUES
                  (1, 'jack@example.org', 'anna@example.org'), (1, 'jack@example.org', 'kerstin@example.com');
                INSERT INTO virtual_users (domain_id, password, email) VALUES (1, 'x', 'anna@example.org')
                """, addresses: ["jack@example.org", "anna@example.org", "john@example.org"]),
        Change(
            changes: ["no mailbox john@example.org"],
            sql: "DELETE FROM virtual_users WHERE email = 'john@example.org'",
            addresses: ["jack@example.org", "john@example.org", "team@example.org"]),
        Change(
            changes: ["no alias team@example.org John@example.org"],
            sql:
                "DELETE FROM virtual_aliases WHERE source = 'team@example.org' AND destination = 'john@example.org'",
            addresses: ["team@example.org"]),
        Change(
            changes: ["no alias team@example.org"],
            sql: "DELETE FROM virtual_aliases WHERE source = 'team@example.org'",
            addresses: ["team@example.org", "jack@example.org"]),
        Change(
            changes: ["domain example.net", "mailbox a@example.net"],
            sql: """
                INSERT INTO virtual_domains (id, name) VALUES (2, 'example.net');
                INSERT INTO virtual_users (domain_id, password, email) VALUES (2, 'x', 'a@example.net')
                """, addresses: ["a@example.net", "b@example.net"]),
        Change(
            changes: ["no domain example.org"],
            // The rows of the other tables stay.
            sql: "SET foreign_key_checks = 0; DELETE FROM virtual_domains WHERE name = 'example.org'",
            addresses: ["john@example.org", "nobody@example.org"]),
    ])
    func `what is forecast is what comes`(_ change: Change) async throws {
        let guide = try await ExplainedGuide.make(
            sql: """
                INSERT INTO virtual_aliases (domain_id, source, destination) VALUES
                  (1, 'team@example.org', 'john@example.org'), (1, 'team@example.org', 'kerstin@example.com');
                """)
        let options = change.changes.flatMap { ["--what-if", $0] }
        var forecasts: [[String]] = []
        for address in change.addresses {
            let result = try await Command.run(
                [BuiltProgram.martlet, "explain", "-c", guide.directory.appending("etc"), "--json"] + options
                    + [address])
            let document = try #require(
                try JSONSerialization.jsonObject(with: Data(result.standardOutput.utf8)) as? [String: Any])
            let entry = try #require((document["forecasts"] as? [[String: Any]])?.first)
            forecasts.append(outcome(try #require(entry["after"] as? [String: Any])))
        }
        try await guide.sql(change.sql)
        for (address, forecast) in zip(change.addresses, forecasts) {
            let document = try await guide.document(address)
            let entry = try #require((document["explanations"] as? [[String: Any]])?.first)
            #expect(forecast == outcome(entry), "\(address)")
        }
    }

    private func outcome(_ explanation: [String: Any]) -> [String] {
        let reply = (explanation["reply"] as? [String: Any])?["text"] as? String ?? ""
        let deliveries = explanation["deliveries"] as? [[String: Any]] ?? []
        return [reply]
            + deliveries.map { "\($0["recipient"] ?? "") \($0["transport"] ?? "") \($0["nexthop"] ?? "")" }
            .sorted()
    }

    @Test func `tables that cannot be listed are named, and the command says that it is not sure`()
        async throws
    {
        let directory = try TemporaryDirectory("wif")
        try directory.write(
            "etc/main.cf",
            """
            compatibility_level = 3.6
            myhostname = mx.example.net
            mydestination =
            virtual_mailbox_domains = example.org
            virtual_mailbox_maps = inline:{ {john@example.org=x} }
            virtual_alias_maps = regexp:$config_directory/rules
            virtual_alias_domains =
            """)
        try directory.write("etc/rules", "/^(.*)-list@example\\.org$/ john@example.org\n")
        let result = try await Command.run([
            BuiltProgram.martlet, "explain", "-c", directory.appending("etc"), "--all", "--what-if",
            "no mailbox john@example.org",
        ])
        #expect(result.exitCode == 75, "\(result.standardError)")
        #expect(
            result.standardOutput.contains(
                "  not looked at: virtual_alias_maps: regexp:\(directory.path)/etc/rules answers by rules or from a service, and has no list of its keys. Its addresses may change too\n"
            ), "\(result.standardOutput)")
        #expect(result.standardOutput.contains("john@example.org: its mail would no longer be taken\n"))
    }
}
