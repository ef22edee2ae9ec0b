import Foundation
import Peers
import Testing

/// "Accepted" is not "arrived": the first line tells what becomes of the mail, as far as that is known.
@Suite struct DeliveryEndTests {
    private static let mainCf = """
        compatibility_level = 3.6
        myhostname = mx.example.net
        myorigin = local.test
        mydestination = local.test
        alias_maps = texthash:$config_directory/aliases
        local_recipient_maps =
        forward_path =
        virtual_alias_domains =
        virtual_mailbox_domains = example.org
        virtual_mailbox_maps = inline:{ {john@example.org=john/} }
        virtual_alias_maps = inline:{ {team@example.org=john@example.org,ghost@local.test} {@example.org=x@far.test} }
        virtual_catchall_after_mailboxes = yes
        virtual_mailbox_base = /srv/mail
        virtual_uid_maps = static:1000
        virtual_gid_maps = static:1000
        relay_domains = relay.test, gone.test, later.test, away.test, lmtp.test
        transport_maps = inline:{ {gone.test=error:5.1.2 this_domain_is_closed} {later.test=retry:try_again} {away.test=discard:} {lmtp.test=lmtp:unix:private/none} {relay.test=nosuch:there} }
        smtpd_relay_restrictions = permit_auth_destination, reject
        queue_directory = $config_directory/queue

        """

    private func explain(_ more: String = "", _ arguments: String...) async throws -> CommandResult {
        let directory = try TemporaryDirectory("end")
        try directory.write("etc/main.cf", Self.mainCf + more)
        try directory.write("etc/aliases", "list ghost, root\nfar ghost@far.test\nprogram \"|/bin/true\"\n")
        let result = try await Command.run(
            [BuiltProgram.martlet, "explain", "-c", directory.appending("etc")] + arguments)
        return CommandResult(
            standardOutput: result.standardOutput.replacing(directory.path, with: ""),
            standardError: result.standardError, exitCode: result.exitCode)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String { "\(address) \(more)" }
        var address: String
        var more = ""
        var headline: String
        var exitCode: Int32
    }

    @Test(arguments: [
        Case(
            address: "ghost@local.test",
            headline: "ghost@local.test: accepted at RCPT TO, but comes back: unknown user: \"ghost\"",
            exitCode: 1),
        Case(
            address: "root@local.test",
            headline:
                "root@local.test: accepted: it is a local user: local_recipient_maps is empty: every address is taken",
            exitCode: 0),
        Case(
            address: "list@local.test",
            headline:
                "list@local.test: accepted at RCPT TO, but comes back: unknown user: \"ghost\" (others of the list get it)",
            exitCode: 1),
        Case(
            address: "far@local.test", more: "default_transport = nosuch\n",
            headline:
                "far@local.test: accepted at RCPT TO, but waits in the queue: ghost@far.test: no delivery agent for transport nosuch: the transport is not known here; correct the parameter or table that names it",
            exitCode: 75),
        Case(
            address: "root@local.test", more: "alias_maps = hash:$config_directory/none\n",
            headline:
                "root@local.test: accepted at RCPT TO, but waits in the queue: alias database unavailable",
            exitCode: 75),
        Case(
            address: "root@local.test", more: "mailbox_transport = lmtp:unix:private/none\n",
            headline:
                "root@local.test: accepted at RCPT TO, but waits in the queue: there is no socket /etc/queue/private/none: does the LMTP server run, and does it listen there?",
            exitCode: 75),
        Case(
            address: "x@relay.test",
            headline:
                "x@relay.test: accepted at RCPT TO, but waits in the queue: no delivery agent for transport nosuch: the transport is not known here; correct the parameter or table that names it",
            exitCode: 75),
        Case(
            address: "x@gone.test", more: "smtpd_reject_unlisted_recipient = no\n",
            headline: "x@gone.test: accepted at RCPT TO, but comes back: this_domain_is_closed", exitCode: 1),
        Case(
            address: "x@later.test", more: "smtpd_reject_unlisted_recipient = no\n",
            headline: "x@later.test: accepted at RCPT TO, but waits in the queue: try_again", exitCode: 75),
        Case(
            address: "x@away.test",
            headline: "x@away.test: accepted at RCPT TO, but is thrown away: away.test", exitCode: 0),
        Case(
            address: "x@lmtp.test",
            headline:
                "x@lmtp.test: accepted at RCPT TO, but waits in the queue: there is no socket /etc/queue/private/none: does the LMTP server run, and does it listen there?",
            exitCode: 75),
        Case(
            address: "john@example.org",
            headline:
                "john@example.org: accepted: it is a mailbox: virtual_mailbox_maps has john@example.org",
            exitCode: 0),
        Case(
            address: "john@example.org", more: "virtual_uid_maps = inline:{ {jack@example.org=1000} }\n",
            headline:
                "john@example.org: accepted at RCPT TO, but waits in the queue: virtual_uid_maps has no uid for it: virtual(8) does not know whose the mailbox is",
            exitCode: 75),
        Case(
            address: "john@example.org", more: "virtual_gid_maps = static:mail\n",
            headline:
                "john@example.org: accepted at RCPT TO, but waits in the queue: virtual_gid_maps says mail, which is no gid of 1 or more",
            exitCode: 75),
        Case(
            address: "nobody@example.org",
            more: "virtual_alias_maps =\nsmtpd_reject_unlisted_recipient = no\n",
            headline:
                "nobody@example.org: accepted at RCPT TO, but comes back: unknown user: \"nobody@example.org\" (virtual_mailbox_maps does not have it)",
            exitCode: 1),
        Case(
            address: "team@example.org",
            headline:
                "team@example.org: accepted at RCPT TO, but what goes to ghost@local.test comes back: unknown user: \"ghost\"",
            exitCode: 1),
        Case(
            address: "other@example.org", more: "default_transport = nosuch\n",
            headline:
                "other@example.org: accepted at RCPT TO, but the catch-all @example.org takes it, and what goes to x@far.test waits in the queue: no delivery agent for transport nosuch: the transport is not known here; correct the parameter or table that names it",
            exitCode: 75),
        // A copy that does not arrive is nobody's loss.
        Case(
            address: "john@example.org", more: "always_bcc = ghost@local.test\n",
            headline:
                "john@example.org: accepted: it is a mailbox: virtual_mailbox_maps has john@example.org",
            exitCode: 0),
    ])
    func `the first line and the exit code tell the end of the way`(_ example: Case) async throws {
        let result = try await explain(example.more, example.address)
        #expect(result.standardOutput.prefix { $0 != "\n" } == example.headline)
        #expect(result.exitCode == example.exitCode, "\(result.standardOutput)\(result.standardError)")
        #expect(result.standardOutput.hasSuffix("\n  reply     250 2.1.5 Ok\n\n"))
    }

    @Test func `a local domain that takes every name is named, with the command that ends it`() async throws {
        let result = try await explain("", "ghost@local.test")
        let lines = result.standardOutput.split(separator: "\n").map(String.init)
        #expect(
            lines.dropFirst().prefix(2) == [
                "  note      local_recipient_maps is empty, so local.test takes any name; what nobody has comes back to a sender that may be forged. The default knows users and aliases",
                "    cure    martlet postconf -c /etc -X local_recipient_maps",
            ])
        #expect(lines.contains("              -> comes back: unknown user: \"ghost\""))
    }

    @Test func `the end is in the JSON form, and in the line for programs`() async throws {
        let result = try await explain("", "--json", "ghost@local.test", "root@local.test")
        #expect(result.exitCode == 1)
        let document =
            try JSONSerialization.jsonObject(with: Data(result.standardOutput.utf8)) as? [String: Any]
        let entries = try #require(document?["explanations"] as? [[String: Any]])
        let verdict = try #require(entries[0]["verdict"] as? [String: Any])
        #expect(verdict["kind"] as? String == "accepted")
        #expect(verdict["end"] as? String == "returned")
        let delivery = try #require((entries[0]["deliveries"] as? [[String: Any]])?.first)
        #expect(delivery["end"] as? String == "returned")
        #expect(delivery["end-reason"] as? String == "unknown user: \"ghost\"")
        #expect((entries[1]["verdict"] as? [String: Any])?["end"] == nil)
        let brief = try await explain("", "--brief", "ghost@local.test", "john@example.org")
        #expect(
            brief.standardOutput == """
                ghost@local.test\t250 2.1.5 Ok\tghost@local.test local:mx.example.net\tghost@local.test comes back: unknown user: "ghost"
                john@example.org\t250 2.1.5 Ok\tjohn@example.org virtual:example.org

                """)
    }

    @Test func `a change whose mail would not arrive says so`() async throws {
        let result = try await explain(
            "", "--what-if", "alias new@example.org ghost@local.test", "new@example.org")
        let lines = result.standardOutput.split(separator: "\n").map(String.init)
        #expect(lines.first == "new@example.org: its mail would go elsewhere, and come back")
        #expect(
            lines.contains(
                "  + ghost@local.test by local to mx.example.net, but comes back: unknown user: \"ghost\""),
            "\(result.standardOutput)")
        #expect(result.exitCode == 1)
    }
}
