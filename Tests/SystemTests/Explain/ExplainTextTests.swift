import Foundation
import Peers
import Testing

/// What a person reads, with the guide's own setup.
@Suite struct ExplainTextTests {
    @Test func `a mailbox of the guide, from the verdict to the reply`() async throws {
        let guide = try await ExplainedGuide.make()
        let text = try await guide.text("john@example.org")
        #expect(
            text == """
                john@example.org: accepted: it is a mailbox: virtual_mailbox_maps has john@example.org
                  aliases   john@example.org
                            └─ john@example.org (itself)
                  delivery  john@example.org by lmtp to unix:private/dovecot-lmtp (virtual_transport)
                  way       unknown[203.0.113.1] says EHLO [203.0.113.1], MAIL FROM:<> to the service smtp
                    smtpd_relay_restrictions [main.cf, line 8]
                      permit_mynetworks -> goes on: mynetworks does not have 203.0.113.1
                      permit_sasl_authenticated -> goes on: the client has not logged in
                      reject_unauth_destination
                        asked     virtual_alias_domains for example.org -> not found
                                    mysql:/etc/mysql-virtual-alias-maps.cf at DB (TIME): SELECT destination FROM virtual_aliases WHERE source='example.org'
                        asked     virtual_alias_domains for example.org -> not found
                                    mysql:/etc/mysql-email2email.cf at DB (TIME): SELECT email FROM virtual_users WHERE email='example.org'
                        asked     virtual_mailbox_domains for example.org -> 1
                                    mysql:/etc/mysql-virtual-mailbox-domains.cf at DB (TIME): SELECT 1 FROM virtual_domains WHERE name='example.org'
                        class     example.org is a virtual mailbox domain: virtual_mailbox_domains has example.org [main.cf, line 9]
                        -> goes on: example.org is ours
                    smtpd_reject_unlisted_recipient [the default]
                      asked     virtual_alias_maps for john@example.org -> not found
                                  mysql:/etc/mysql-virtual-alias-maps.cf at DB (TIME): SELECT destination FROM virtual_aliases WHERE source='john@example.org'
                      asked     virtual_alias_maps for john@example.org -> john@example.org
                                  mysql:/etc/mysql-email2email.cf at DB (TIME): SELECT email FROM virtual_users WHERE email='john@example.org'
                      not asked virtual_alias_maps for @example.org: john@example.org comes first and has an answer
                      alias     john@example.org -> john@example.org
                      alias     john@example.org leads to itself: no alias is followed from there
                      not asked virtual_mailbox_maps for john@example.org: the alias maps answered
                      asked     virtual_mailbox_maps for john@example.org -> 1
                                  mysql:/etc/mysql-virtual-mailbox-maps.cf at DB (TIME): SELECT 1 FROM virtual_users WHERE email='john@example.org'
                      not asked virtual_mailbox_maps for @example.org: john@example.org comes first and has an answer
                      known     john@example.org: virtual_mailbox_maps has john@example.org
                      -> goes on: the recipient is known here
                  reply     250 2.1.5 Ok


                """, "\(text)")
    }

    /// "Why does john get no mail?": the guide before its chapter about catch-alls.
    @Test func `a catch-all that takes the mail of a mailbox is named in the first line, with the cure`()
        async throws
    {
        let guide = try await ExplainedGuide.make(
            sql:
                "INSERT INTO virtual_aliases (domain_id, source, destination) VALUES (1, '@example.org', 'kerstin@example.com');",
            mainCf: "virtual_alias_maps = mysql:$config_directory/mysql-virtual-alias-maps.cf\n")
        let lines = try await guide.text("john@example.org").split(separator: "\n").map(String.init)
        #expect(
            lines.prefix(6) == [
                "john@example.org: accepted, but the catch-all @example.org takes it: it goes to kerstin@example.com",
                "  note      john@example.org is a mailbox (virtual_mailbox_maps has john@example.org), and gets none of its mail: aliases are asked before mailboxes, and the catch-all @example.org answers",
                "    cure    martlet postconf -c /etc virtual_catchall_after_mailboxes=yes, or an alias from john@example.org to itself",
                "  aliases   john@example.org (by @example.org)",
                "            └─ kerstin@example.com",
                "  delivery  kerstin@example.com by smtp to example.com (default_transport)",
            ])
        #expect(lines.last == "  reply     250 2.1.5 Ok")
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String { arguments.joined(separator: " ") }
        var arguments: [String]
        var headline: String
        var reply: String
        var notes: [String] = []
    }

    @Test(arguments: [
        Case(
            arguments: ["jack@example.org"],
            headline:
                "jack@example.org: accepted, for john@example.org: virtual_alias_maps has the alias jack@example.org",
            reply: "250 2.1.5 Ok"),
        Case(
            arguments: ["nobody@example.org"],
            headline:
                "nobody@example.org: refused: example.org is ours, but there is no such mailbox or alias: virtual_mailbox_maps does not have it",
            reply:
                "550 5.1.1 <nobody@example.org>: Recipient address rejected: User unknown in virtual mailbox table"
        ),
        Case(
            arguments: ["john+lists@example.org"],
            headline:
                "john+lists@example.org: refused: example.org is ours, but there is no such mailbox or alias: virtual_mailbox_maps does not have it",
            reply:
                "550 5.1.1 <john+lists@example.org>: Recipient address rejected: User unknown in virtual mailbox table",
            notes: [
                "  note      john@example.org is here, but recipient_delimiter is empty, so + is a letter like any other",
                "    cure    martlet postconf -c /etc recipient_delimiter=+",
            ]),
        Case(
            arguments: ["x@example.com"],
            headline:
                "x@example.com: refused: example.com is not ours, and unknown[203.0.113.1] may not send mail to others through us (reject_unauth_destination in smtpd_relay_restrictions)",
            reply: "554 5.7.1 <x@example.com>: Relay access denied"),
        Case(
            arguments: ["--client", "127.0.0.1,localhost", "x@example.com"],
            headline:
                "x@example.com: accepted: example.com is not ours, and permit_mynetworks in smtpd_relay_restrictions lets the client relay",
            reply: "250 2.1.5 Ok"),
        Case(
            arguments: ["loop@example.org"],
            headline:
                "loop@example.org: cannot be taken now: alias loop: loop@example.org -> pool@example.org -> loop@example.org",
            reply: "451 4.3.5 <loop@example.org>: Recipient address rejected: Server configuration error"),
        Case(
            arguments: ["dead@example.org"],
            headline:
                "dead@example.org: refused: it is an alias of gone@example.org, and nobody here has that",
            reply:
                "550 5.1.1 <dead@example.org>: Recipient address rejected: User unknown in virtual alias table"
        ),
        Case(
            arguments: ["a@b@"], headline: "\"a@b\"@: refused: it is not well-formed as an address",
            reply: "501 5.1.3 Bad recipient address syntax"),
        // Sending as one's own alias: the guide's map knows mailboxes only.
        Case(
            arguments: ["--login", "john@example.org", "--from", "jack@example.org", "x@example.com"],
            headline:
                "x@example.com: refused by reject_sender_login_mismatch in smtpd_sender_restrictions",
            reply:
                "553 5.7.1 <jack@example.org>: Sender address rejected: not owned by user john@example.org",
            notes: [
                "  note      jack@example.org is an alias of john@example.org (virtual_alias_maps has jack@example.org), but smtpd_sender_login_maps does not know aliases",
                "    cure    martlet postconf -c /etc 'smtpd_sender_login_maps=mysql:/etc/mysql-email2email.cf, mysql:/etc/mysql-virtual-alias-maps.cf', which asks: SELECT destination FROM virtual_aliases WHERE source='%s'",
                "  sender    nobody owns jack@example.org",
            ]),
        Case(
            arguments: ["--login", "John@Example.org", "--from", "john@example.org", "x@example.com"],
            headline:
                "x@example.com: accepted: example.com is not ours, and permit_sasl_authenticated in smtpd_relay_restrictions lets the client relay",
            reply: "250 2.1.5 Ok",
            notes: [
                "  sender    john@example.org belongs to john@example.org: smtpd_sender_login_maps has john@example.org"
            ]),
        Case(
            arguments: ["--service", "submission", "--from", "john@example.org", "john@example.org"],
            headline:
                "john@example.org: refused by reject_sender_login_mismatch in smtpd_sender_restrictions",
            reply: "553 5.7.1 <john@example.org>: Sender address rejected: not logged in"),
        Case(
            arguments: ["--port", "587", "--from", "a@example.com", "john@example.org"],
            headline: "john@example.org: refused by reject in smtpd_sender_restrictions",
            reply: "554 5.7.1 <a@example.com>: Sender address rejected: Access denied"),
    ])
    func `the first line says it, and the last is the reply`(_ example: Case) async throws {
        let guide = try await ExplainedGuide.make(
            sql: """
                INSERT INTO virtual_aliases (domain_id, source, destination) VALUES
                  (1, 'loop@example.org', 'pool@example.org'), (1, 'pool@example.org', 'loop@example.org'),
                  (1, 'dead@example.org', 'gone@example.org');
                """)
        let result = try await Command.run(
            [BuiltProgram.martlet, "explain", "-c", guide.directory.appending("etc")] + example.arguments)
        let lines = result.standardOutput.replacing(guide.directory.path, with: "").split(separator: "\n")
            .map(
                String.init)
        #expect(lines.first == example.headline)
        #expect(lines.last == "  reply     \(example.reply)")
        for note in example.notes { #expect(lines.contains(note), "\(lines.joined(separator: "\n"))") }
        let expected: Int32 = example.reply.hasPrefix("2") ? 0 : example.reply.hasPrefix("4") ? 75 : 1
        #expect(result.exitCode == expected)
    }

    @Test func `what is rewritten and copied is told, and a copy is marked as one`() async throws {
        let guide = try await ExplainedGuide.make(
            mainCf: """
                recipient_canonical_maps = inline:{ {old@example.org=jack@example.org} }
                recipient_bcc_maps = inline:{ {jack@example.org=archive@example.com} }
                sender_bcc_maps = inline:{ {boss@example.com=john@example.org} }

                """)
        let lines = try await guide.text("--from", "boss@example.com", "old@example.org").split(
            separator: "\n"
        ).map(
            String.init)
        #expect(
            lines.first
                == "old@example.org: accepted, rewritten to jack@example.org: recipient_canonical_maps has old@example.org"
        )
        #expect(
            lines.filter { $0.hasPrefix("  delivery") } == [
                "  delivery  john@example.org by lmtp to unix:private/dovecot-lmtp (virtual_transport)",
                "  delivery  a copy to archive@example.com by smtp to example.com (default_transport)",
                "  delivery  a copy to john@example.org by lmtp to unix:private/dovecot-lmtp (virtual_transport)",
            ], "\(lines.joined(separator: "\n"))")
    }

    @Test func `a long list of addresses is explained a line each, from standard input`() async throws {
        let guide = try await ExplainedGuide.make()
        let input = (0..<1000).map { "user\($0)@example.org\n" }.joined() + "# a remark\n\njack@example.org\n"
        let result = try await guide.explain("--brief", "-", input: input)
        let lines = result.standardOutput.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(result.exitCode == 1)
        #expect(lines.count == 1002, "\(result.standardError)")
        #expect(
            lines[7]
                == "user7@example.org\t550 5.1.1 <user7@example.org>: Recipient address rejected: User unknown in virtual mailbox table\t"
        )
        #expect(
            lines[1000] == "jack@example.org\t250 2.1.5 Ok\tjohn@example.org lmtp:unix:private/dovecot-lmtp")
    }

    @Test(arguments: [
        ["--client", "nonsense", "a@b"], ["--client", "a,b,c", "x@y"], ["--client", "127.0.0.1,b,c", "x@y"],
        ["--client", "127.0.0.1,-x.test", "x@y"], ["--what-if", "no domain a in b", "x@y"],
        ["--service", "none", "a@b"], ["--port", "2", "a@b"],
        ["--all"], ["--what-if", "alias a", "b@c"], ["--what-if", "no domain a b", "b@c"],
        ["--what-if", "mailbox x", "b@c"], ["a\r\nb@c"], [],
    ])
    func `wrong arguments end with 64`(_ arguments: [String]) async throws {
        let guide = try await ExplainedGuide.make()
        let result = try await Command.run(
            [BuiltProgram.martlet, "explain", "-c", guide.directory.appending("etc")] + arguments)
        #expect(result.exitCode == 64, "\(result.standardOutput)")
        #expect(!result.standardError.isEmpty)
    }
}
