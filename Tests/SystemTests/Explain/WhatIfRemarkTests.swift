import Foundation
import Peers
import Testing

/// What there is to say of a change: where it applies, and that there is nothing for it to change.
@Suite struct WhatIfRemarkTests {
    private func explain(_ arguments: [String], _ more: String = "") async throws -> CommandResult {
        let directory = try TemporaryDirectory("wir")
        try directory.write(
            "etc/main.cf",
            """
            compatibility_level = 3.6
            myhostname = mx.example.net
            mydestination = local.test, $config_directory/names, both.test
            local_recipient_maps = inline:{ {root=x} }
            virtual_alias_domains = inline:{ {aliases.test=x} }
            virtual_mailbox_domains = example.org, texthash:$config_directory/domains
            virtual_mailbox_maps = inline:{ {john@example.org=x} {anna@table.test=x} }
            virtual_alias_maps = inline:{ {team@example.org=john@example.org,jon@far.test,anna@table.test} }
            relay_domains = relay.test, both.test, .wide.test
            parent_domain_matches_subdomains =
            smtpd_relay_restrictions = permit_auth_destination, reject
            default_transport = lmtp:[127.0.0.1]:24
            relay_transport = lmtp:[127.0.0.1]:24
            local_transport = lmtp:[127.0.0.1]:24
            virtual_transport = lmtp:[127.0.0.1]:24
            \(more)
            """)
        try directory.write("etc/domains", "table.test x\n")
        try directory.write("etc/names", "file.test\n")
        return try await Command.run(
            [BuiltProgram.martlet, "explain", "-c", directory.appending("etc")] + arguments)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String { change }
        var change: String
        var address: String
        /// Each must be one of the lines, without the blanks before it.
        var lines: [String]
        var exitCode: Int32 = 0
    }

    private static let relaying = "554 5.7.1 <%>: Recipient address rejected: Access denied"

    @Test(arguments: [
        // A domain goes from the list that has it.
        Case(
            change: "no domain example.org", address: "john@example.org",
            lines: [
                "john@example.org: its mail would no longer be taken",
                "it is in virtual_mailbox_domains, and goes from there",
                "class     example.org is not ours: no list of ours has example.org (what if: no domain example.org)",
            ], exitCode: 1),
        Case(
            change: "no domain table.test", address: "anna@table.test",
            lines: [
                "it is in virtual_mailbox_domains, and goes from there",
                "asked     virtual_mailbox_domains for table.test -> not found",
                "what if: no domain table.test",
            ], exitCode: 1),
        Case(
            change: "no domain file.test", address: "root@file.test",
            lines: [
                "it is in mydestination, and goes from there",
                "class     file.test is not ours: no list of ours has file.test (what if: no domain file.test)",
            ], exitCode: 1),
        Case(
            change: "no domain a.wide.test", address: "x@a.wide.test",
            lines: ["it is in relay_domains, and goes from there"], exitCode: 1),
        Case(
            change: "no domain aliases.test in virtual_alias_domains", address: "x@aliases.test",
            lines: ["asked     virtual_alias_domains for aliases.test -> not found"], exitCode: 1),
        // One that is in two lists goes from the one that is named.
        Case(
            change: "no domain both.test in mydestination", address: "root@both.test",
            lines: [
                "class     both.test is a relay domain: relay_domains has both.test [main.cf, line 9] (what if: no domain both.test in mydestination)"
            ]),
        Case(
            change: "no domain both.test in relay_domains", address: "root@both.test",
            lines: ["root@both.test: nothing would change"]),
        Case(
            change: "no domain exmaple.org", address: "john@example.org",
            lines: [
                "john@example.org: nothing would change",
                "exmaple.org cannot go: no list of domains has it; did you mean example.org?",
            ]),
        Case(
            change: "no domain example.org in relay_domains", address: "john@example.org",
            lines: [
                "relay_domains does not have example.org: it is in virtual_mailbox_domains; did you mean example.org?"
            ]),
        // A domain comes, and is marked in the trace.
        Case(
            change: "domain new.test", address: "x@new.test",
            lines: [
                "asked     virtual_mailbox_domains for new.test -> new.test", "what if: domain new.test",
                "class     new.test is a virtual mailbox domain: virtual_mailbox_domains has new.test [main.cf, line 6]",
            ], exitCode: 1),
        Case(
            change: "domain new.test in relay_domains", address: "x@new.test",
            lines: [
                "x@new.test: its mail would be taken", "what if: domain new.test in relay_domains",
                "asked     relay_domains for new.test -> new.test",
            ]),
        Case(
            change: "domain example.org in mydestination", address: "john@example.org",
            lines: [
                "example.org is in virtual_mailbox_domains too, and mydestination counts: it is asked first"
            ],
            exitCode: 1),
        Case(
            change: "domain table.test", address: "anna@table.test",
            lines: [
                "virtual_mailbox_domains has table.test already", "anna@table.test: nothing would change",
            ]),
        // Aliases and mailboxes that are not there.
        Case(
            change: "no alias team@example.org jonh@example.org", address: "team@example.org",
            lines: [
                "team@example.org: nothing would change",
                "team@example.org has no alias to jonh@example.org; it has john@example.org, jon@far.test, anna@table.test",
            ]),
        Case(
            change: "no alias taem@example.org", address: "team@example.org",
            lines: ["taem@example.org has no alias that could go; did you mean team@example.org?"]),
        Case(
            change: "no alias john@example.org", address: "john@example.org",
            lines: ["john@example.org has no alias that could go; it is a mailbox"]),
        Case(
            change: "alias team@example.org John@example.org", address: "john@example.org",
            lines: ["team@example.org has an alias to John@example.org already"]),
        Case(
            change: "no mailbox jhon@example.org", address: "john@example.org",
            lines: [
                "virtual_mailbox_maps does not have jhon@example.org, so nothing goes; did you mean john@example.org?"
            ]),
        Case(
            change: "mailbox john@example.org", address: "john@example.org",
            lines: ["john@example.org is a mailbox already"]),
        Case(
            change: "mailbox x@new.test", address: "x@new.test",
            lines: [
                "new.test is not in virtual_mailbox_domains, so nobody asks for it; think of 'domain new.test' too"
            ],
            exitCode: 1),
        // What the expansion makes of an alias to itself.
        Case(
            change: "alias new@example.org new@example.org", address: "new@example.org",
            lines: [
                "then      refused: its only alias is to itself, and nobody here has it",
                "└─ new@example.org (itself) (nobody here has it)",
                "alias     new@example.org leads to itself: no alias is followed from there",
            ], exitCode: 1),
        Case(
            change: "alias new@example.org new@example.org,john@example.org", address: "new@example.org",
            lines: [
                "├─ new@example.org (itself) (left out: nobody here has it)",
                "then      accepted, for john@example.org: virtual_alias_maps has the alias new@example.org; left out, since nobody here has it: new@example.org",
            ]),
    ])
    func `a change says where it applies, and what it does not find`(_ example: Case) async throws {
        let result = try await explain(["--what-if", example.change, example.address])
        let lines = result.standardOutput.split(separator: "\n").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        for line in example.lines { #expect(lines.contains(line), "\(line) in\n\(result.standardOutput)") }
        #expect(result.exitCode == example.exitCode, "\(result.standardOutput)\(result.standardError)")
    }

    @Test func `a domain in two lists is not taken out of both without a word`() async throws {
        let result = try await explain(["--what-if", "no domain both.test", "root@both.test"])
        #expect(result.exitCode == 64)
        #expect(
            result.standardError
                == "martlet explain: fatal: --what-if 'no domain both.test': both.test is in mydestination and relay_domains; say 'no domain both.test in mydestination' or 'no domain both.test in relay_domains'\n"
        )
        let both = try await explain([
            "--what-if", "domain x.test", "--what-if", "no domain x.test in virtual_mailbox_domains",
            "a@x.test",
        ])
        #expect(both.exitCode == 64 || both.standardOutput.contains("does not have x.test"), "\(both)")
    }

    @Test func `a line each for programs, with what changes`() async throws {
        let one = try await explain([
            "--brief", "--what-if", "no mailbox john@example.org", "john@example.org", "anna@table.test",
        ])
        #expect(
            one.standardOutput == """
                john@example.org\trefused\t550 5.1.1 <john@example.org>: Recipient address rejected: User unknown in virtual mailbox table\t
                anna@table.test\tunchanged\t250 2.1.5 Ok\tanna@table.test lmtp:[127.0.0.1]:24

                """)
        #expect(one.exitCode == 1)
        let all = try await explain(["--brief", "--all", "--what-if", "alias @example.org anna@table.test"])
        #expect(
            all.standardOutput == """
                john@example.org\telsewhere\t250 2.1.5 Ok\tanna@table.test lmtp:[127.0.0.1]:24
                team@example.org\telsewhere\t250 2.1.5 Ok\tanna@table.test lmtp:[127.0.0.1]:24, jon@far.test lmtp:[127.0.0.1]:24
                @example.org\ttaken\t250 2.1.5 Ok\tanna@table.test lmtp:[127.0.0.1]:24

                """, "\(all.standardError)")
        // Remarks are for people.
        let mistaken = try await explain([
            "--brief", "--what-if", "no mailbox x@example.org", "john@example.org",
        ])
        #expect(mistaken.standardOutput.hasPrefix("john@example.org\tunchanged\t"))
        #expect(
            mistaken.standardError.contains(
                "warning: --what-if 'no mailbox x@example.org': virtual_mailbox_maps does not have x@example.org"
            ))
    }
}
