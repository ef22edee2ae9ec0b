import Foundation
import Peers
import Testing

/// Explain's reply is what the server answers: the same setup, random lists and addresses, asked both ways.
@Suite struct ExplainedReplyTests {
    private static let words = [
        "permit_mynetworks", "permit_sasl_authenticated", "permit_auth_destination",
        "reject_unlisted_recipient",
        "reject_unlisted_sender", "reject_non_fqdn_sender", "reject_non_fqdn_recipient",
        "reject_non_fqdn_helo_hostname", "reject_invalid_helo_hostname", "reject_unauth_pipelining",
        "defer_if_permit", "defer_if_reject", "warn_if_reject reject", "permit_inet_interfaces",
        "reject_sender_login_mismatch", "reject_known_sender_login_mismatch",
        "reject_unauthenticated_sender_login_mismatch", "warn_if_reject reject_unlisted_sender",
    ]
    private static let endings = ["permit", "reject", "defer", "", "", ""]
    private static let locals = [
        "john", "jack", "team", "loop", "dead", "nobody", "John", "john+tag", "postmaster", "\"a b\"",
        "x%y.test",
        "y.test!x", "\"x@y.test\"", "root", "owner-list", "a.b..c", "",
    ]
    private static let domains = [
        "example.org", "EXAMPLE.org", "catch.test", "local.test", "relay.test", "aliases.test",
        "foreign.test",
        "[127.0.0.1]", "[192.0.2.1]", "mx.example.test", "bad..test", "-bad.test", "label",
    ]

    private func list(_ random: inout SeededGenerator, guards: Bool) -> String {
        var list = (0..<Int.random(in: 0...3, using: &random)).map { _ in random.pick(Self.words) }
        if guards { list.append(random.pick(["reject_unauth_destination", "defer_unauth_destination"])) }
        list.append(random.pick(Self.endings))
        return list.filter { !$0.isEmpty }.joined(separator: ", ")
    }

    @Test func `the reply is the server's`() async throws {
        var random = SeededGenerator(announcing: "explained replies")
        for _ in 0..<8 {
            let settings = """
                smtpd_peername_lookup = no
                smtpd_error_sleep_time = 0
                smtpd_soft_error_limit = 10000
                smtpd_hard_error_limit = 10000
                smtpd_junk_command_limit = 10000
                mynetworks = \(random.pick(["127.0.0.0/8", "192.0.2.0/24", "!127.0.0.1, 127.0.0.0/8"]))
                smtpd_delay_reject = \(random.pick(["yes", "yes", "yes", "no"]))
                smtpd_helo_required = \(random.pick(["yes", "no"]))
                recipient_delimiter = \(random.pick(["", "+"]))
                mydestination = local.test, label
                local_recipient_maps = inline:{ {root=x} }
                virtual_alias_domains = aliases.test
                virtual_mailbox_domains = example.org, catch.test
                virtual_mailbox_maps = inline:{ {john@example.org=x}, {jack@catch.test=y} }
                relay_domains = relay.test
                virtual_alias_maps = inline:{ {jack@example.org=john@example.org}, {team@example.org=john@example.org,x@foreign.test}, {loop@example.org=loop@aliases.test}, {loop@aliases.test=loop@example.org}, {dead@example.org=gone@example.org}, {@catch.test=john@example.org} }
                smtpd_sender_login_maps = inline:{ {john@example.org=john} }
                smtpd_sasl_auth_enable = \(random.pick(["no", "no", "yes"]))
                smtpd_client_restrictions = \(random.chance(30) ? list(&random, guards: false) : "")
                smtpd_helo_restrictions = \(random.chance(30) ? list(&random, guards: false) : "")
                smtpd_sender_restrictions = \(random.chance(50) ? list(&random, guards: false) : "")
                smtpd_relay_restrictions = \(list(&random, guards: true))
                smtpd_recipient_restrictions = \(random.chance(50) ? list(&random, guards: false) : "")
                smtpd_reject_unlisted_recipient = \(random.pick(["yes", "yes", "no"]))
                """
            let sender = random.pick(["", "john@example.org", "nobody@example.org", "x@foreign.test", "bare"])
            let helo = random.pick(["client.example.net", "bare", "[127.0.0.1]", "a_b.test"])
            let addresses = (0..<40).map { _ in
                "\(random.pick(Self.locals))\(random.chance(90) ? "@\(random.pick(Self.domains))" : "")"
            }.filter { !$0.isEmpty && !$0.hasPrefix("-") }
            try await compare(settings, sender: sender, helo: helo, addresses)
        }
    }

    /// Words about the sender mean nothing before MAIL.
    @Test func `what is asked at EHLO does not know the sender yet`() async throws {
        let settings = """
            smtpd_peername_lookup = no
            smtpd_delay_reject = no
            mydestination =
            virtual_mailbox_domains = example.org
            virtual_mailbox_maps = inline:{ {john@example.org=x} }
            smtpd_helo_restrictions = reject_non_fqdn_sender
            """
        try await compare(settings, sender: "bare", helo: "client.example.net", ["john@example.org"])
    }

    private func compare(_ settings: String, sender: String, helo: String, _ addresses: [String]) async throws
    {
        let server = try await MartletServer.start(mainCf: settings)
        let result = try await server.command(
            [
                "explain", "--json", "--client", "127.0.0.1", "--helo", helo, "--from", sender, "--port",
                "\(server.port)", "-",
            ], input: addresses.joined(separator: "\n") + "\n")
        let document =
            try JSONSerialization.jsonObject(with: Data(result.standardOutput.utf8)) as? [String: Any]
        let explanations = try #require(
            document?["explanations"] as? [[String: Any]], "\(result.standardError)")
        try #require(explanations.count == addresses.count)

        let client = try await SMTPClient.connect(port: server.port)
        var replies = ["CONNECT": client.greeting]
        replies["EHLO"] = try await client.command("EHLO \(helo)")
        replies["MAIL"] = try await client.command("MAIL FROM:<\(sender)>")
        for (address, explanation) in zip(addresses, explanations) {
            replies["RCPT"] = try await client.command("RCPT TO:<\(address)>")
            let command = try #require(explanation["command"] as? String)
            let reply = (explanation["reply"] as? [String: Any])?["text"] as? String
            #expect(
                reply == replies[command],
                "\(address) at \(command) with\n\(settings)\nfrom <\(sender)> helo \(helo)")
        }
        _ = try await client.command("QUIT")
    }
}
