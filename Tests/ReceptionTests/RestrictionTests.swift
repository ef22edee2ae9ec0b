import Peers
import Testing

@testable import Reception

/// Restriction lists: what cannot be honoured is refused when it is loaded; what can, answers as Postfix does.
@Suite struct RestrictionTests {
    @Test(arguments: [
        "check_policy_service", "reject_rbl_client", "permit_mynetwork", "reject_unknown_sender_domain",
    ])
    func unsupportedWordsAreErrors(_ word: String) {
        let failure = #expect(throws: SettingsFailure.self) {
            try RestrictionLists([.relay: ["reject_unauth_destination"], .recipient: [word]])
        }
        #expect(failure?.parameter == "smtpd_recipient_restrictions")
        #expect(failure?.reason.contains(word) == true)
    }

    @Test func anOpenRelayIsAnError() {
        let failure = #expect(throws: SettingsFailure.self) {
            try RestrictionLists([.relay: ["permit_mynetworks"], .recipient: ["permit"]])
        }
        #expect(failure?.reason.contains("specify at least one working instance") == true)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String { "\(parameter) = \(list)" }
        var parameter: String
        var list: String
        var commands: [String]
        var replies: [String]
        var values: [String: String] = [:]
    }

    static let mail = ["EHLO x", "MAIL FROM:<a@b>", "RCPT TO:<john@example.org>", "RCPT TO:<x@foo>"]

    static let cases = [
        Case(
            parameter: "smtpd_client_restrictions", list: "reject", commands: mail + ["RCPT TO:<postmaster>"],
            replies: [
                "250 2.1.0 Ok", "554 5.7.1 <localhost[127.0.0.1]>: Client host rejected: Access denied",
                "554 5.7.1 <localhost[127.0.0.1]>: Client host rejected: Access denied", "250 2.1.5 Ok",
            ]),
        Case(
            parameter: "smtpd_helo_restrictions", list: "defer_if_permit", commands: mail,
            replies: [
                "250 2.1.0 Ok", "450 4.7.0 <x>: Helo command rejected: defer_if_permit requested",
                "554 5.7.1 <x@foo>: Relay access denied",
            ]),
        Case(
            parameter: "smtpd_sender_restrictions", list: "reject_non_fqdn_sender", commands: mail,
            replies: [
                "250 2.1.0 Ok", "504 5.5.2 <a@b>: Sender address rejected: need fully-qualified address",
                "504 5.5.2 <a@b>: Sender address rejected: need fully-qualified address",
            ]),
        Case(
            parameter: "smtpd_sender_restrictions", list: "warn_if_reject reject_non_fqdn_sender",
            commands: mail,
            replies: ["250 2.1.0 Ok", "250 2.1.5 Ok", "554 5.7.1 <x@foo>: Relay access denied"]),
        Case(
            parameter: "smtpd_sender_restrictions", list: "reject_unlisted_sender",
            commands: ["EHLO x", "MAIL FROM:<nobody@example.org>", "RCPT TO:<john@example.org>"],
            replies: [
                "250 2.1.0 Ok",
                "550 5.1.0 <nobody@example.org>: Sender address rejected: User unknown in virtual mailbox table",
            ]),
        Case(
            parameter: "smtpd_relay_restrictions", list: "defer_unauth_destination", commands: mail,
            replies: ["250 2.1.0 Ok", "250 2.1.5 Ok", "454 4.7.1 <x@foo>: Relay access denied"]),
        Case(
            parameter: "smtpd_relay_restrictions", list: "permit_auth_destination, reject", commands: mail,
            replies: [
                "250 2.1.0 Ok", "250 2.1.5 Ok",
                "554 5.7.1 <x@foo>: Recipient address rejected: Access denied",
            ]),
        Case(
            parameter: "smtpd_recipient_restrictions", list: "defer_if_reject, reject_unlisted_recipient",
            commands: ["EHLO x", "MAIL FROM:<a@b>", "RCPT TO:<no@example.org>"],
            replies: [
                "250 2.1.0 Ok",
                "450 4.7.0 <no@example.org>: Recipient address rejected: defer_if_reject requested",
            ]),
        Case(
            parameter: "smtpd_recipient_restrictions", list: "reject_unlisted_recipient",
            commands: ["EHLO x", "MAIL FROM:<a@b>", "RCPT TO:<no@example.org>"],
            replies: [
                "250 2.1.0 Ok",
                "550 5.1.1 <no@example.org>: Recipient address rejected: User unknown in virtual mailbox table",
            ], values: ["smtpd_reject_unlisted_recipient": "no"]),
        Case(
            parameter: "smtpd_reject_unlisted_recipient", list: "no",
            commands: ["EHLO x", "MAIL FROM:<a@b>", "RCPT TO:<no@example.org>", "RCPT TO:<no@local.test>"],
            replies: ["250 2.1.0 Ok", "250 2.1.5 Ok", "250 2.1.5 Ok"],
            values: ["unknown_local_recipient_reject_code": "450"]),
        Case(
            parameter: "smtpd_data_restrictions", list: "reject",
            commands: ["EHLO x", "MAIL FROM:<a@b>", "RCPT TO:<john@example.org>", "DATA"],
            replies: [
                "250 2.1.0 Ok", "250 2.1.5 Ok", "554 5.7.1 <DATA>: Data command rejected: Access denied",
            ]),
        Case(
            parameter: "smtpd_helo_restrictions", list: "reject_invalid_helo_hostname",
            commands: ["HELO x@@", "MAIL FROM:<a@b>", "RCPT TO:<john@example.org>"],
            replies: ["250 2.1.0 Ok", "501 5.5.2 <x??>: Helo command rejected: Invalid name"]),
        Case(
            parameter: "smtpd_client_restrictions", list: "permit_mynetworks, reject",
            commands: ["EHLO x", "MAIL FROM:<a@b>", "RCPT TO:<x@foo.test>"],
            replies: ["250 2.1.0 Ok", "250 2.1.5 Ok"], values: ["mynetworks": "127.0.0.0/8"]),
        Case(
            parameter: "mynetworks", list: "cidr:{{127.0.0.0/8 ours}}",
            commands: ["EHLO x", "MAIL FROM:<a@b>", "RCPT TO:<x@foo.test>"],
            replies: ["250 2.1.0 Ok", "250 2.1.5 Ok"]),
        Case(
            parameter: "mynetworks", list: "192.0.2.0/24, fail:x",
            commands: ["EHLO x", "MAIL FROM:<a@b>", "RCPT TO:<x@foo.test>", "RCPT TO:<john@example.org>"],
            replies: [
                "250 2.1.0 Ok", "451 4.3.0 <x@foo.test>: Temporary lookup failure",
                "451 4.3.0 <john@example.org>: Temporary lookup failure",
            ]),
        Case(
            parameter: "mynetworks", list: "!127.0.0.1, cidr:/nonexistent/file",
            commands: ["EHLO x", "MAIL FROM:<a@b>", "RCPT TO:<john@example.org>"],
            replies: ["250 2.1.0 Ok", "250 2.1.5 Ok"]),
        Case(
            parameter: "smtpd_helo_restrictions", list: "reject", commands: ["EHLO x", "MAIL FROM:<a@b>"],
            replies: ["250 2.1.0 Ok"], values: ["smtpd_delay_reject": "no"]),
        Case(
            parameter: "smtpd_recipient_restrictions",
            list: "warn_if_reject defer_if_permit, warn_if_reject reject_unlisted_recipient",
            commands: [
                "EHLO x", "MAIL FROM:<a@b>", "RCPT TO:<john@example.org>", "RCPT TO:<no@example.org>",
            ],
            replies: [
                "250 2.1.0 Ok", "250 2.1.5 Ok",
                "550 5.1.1 <no@example.org>: Recipient address rejected: User unknown in virtual mailbox table",
            ]),
        Case(
            parameter: "smtpd_recipient_restrictions", list: "warn_if_reject permit_mynetworks",
            commands: ["EHLO x", "MAIL FROM:<a@b>", "RCPT TO:<john@example.org>"],
            replies: ["250 2.1.0 Ok", "451 4.3.0 <john@example.org>: Temporary lookup failure"],
            values: ["mynetworks": "fail:x"]),
        // What defer_if_reject asks for ends with its list, but that relay and recipient lists are one.
        Case(
            parameter: "smtpd_helo_restrictions", list: "defer_if_reject", commands: mail,
            replies: [
                "250 2.1.0 Ok",
                "554 5.7.1 <john@example.org>: Recipient address rejected: Access denied",
                "554 5.7.1 <x@foo>: Relay access denied",
            ], values: ["smtpd_recipient_restrictions": "reject"]),
        Case(
            parameter: "smtpd_relay_restrictions", list: "defer_if_reject, reject_unauth_destination",
            commands: mail,
            replies: [
                "250 2.1.0 Ok",
                "450 4.7.0 <john@example.org>: Recipient address rejected: defer_if_reject requested",
                "450 4.7.0 <x@foo>: Recipient address rejected: defer_if_reject requested",
            ], values: ["smtpd_recipient_restrictions": "reject"]),
        // Where both are asked for, the mail is deferred whatever comes: the list ends.
        Case(
            parameter: "smtpd_recipient_restrictions", list: "defer_if_reject, defer_if_permit, reject",
            commands: mail,
            replies: [
                "250 2.1.0 Ok",
                "450 4.7.0 <john@example.org>: Recipient address rejected: defer_if_permit requested",
                "554 5.7.1 <x@foo>: Relay access denied",
            ]),
        Case(
            parameter: "smtpd_client_restrictions", list: "defer_if_permit", commands: mail,
            replies: [
                "250 2.1.0 Ok",
                "450 4.7.0 <localhost[127.0.0.1]>: Client host rejected: defer_if_permit requested",
                "554 5.7.1 <x@foo>: Relay access denied",
            ], values: ["smtpd_delay_reject": "no"]),
        // Words about the recipient mean the only one, once there is a message.
        Case(
            parameter: "smtpd_data_restrictions", list: "reject_non_fqdn_recipient",
            commands: ["EHLO x", "MAIL FROM:<a@b>", "RCPT TO:<postmaster>", "DATA"],
            replies: [
                "250 2.1.0 Ok", "250 2.1.5 Ok",
                "504 5.5.2 <postmaster>: Recipient address rejected: need fully-qualified address",
            ]),
        Case(
            parameter: "smtpd_data_restrictions", list: "reject_non_fqdn_recipient",
            commands: [
                "EHLO x", "MAIL FROM:<a@b>", "RCPT TO:<postmaster>", "RCPT TO:<john@example.org>", "DATA",
            ],
            replies: [
                "250 2.1.0 Ok", "250 2.1.5 Ok", "250 2.1.5 Ok", "354 End data with <CR><LF>.<CR><LF>",
            ]),
    ]

    @Test(arguments: cases) func answers(_ test: Case) async throws {
        try await TestServer.run(test.values.merging([test.parameter: test.list]) { $1 }) { server in
            let client = try await server.connect()
            var replies: [String] = []
            for command in test.commands { replies.append(try await client.command(command)) }
            #expect(Array(replies.dropFirst()) == test.replies)
        }
    }

    @Test func commandsAheadOfTheirTurnAreRefusedWhereAsked() async throws {
        try await TestServer.run(["smtpd_data_restrictions": "reject_unauth_pipelining"]) { server in
            let client = try await server.connect()
            let start = ["EHLO x", "MAIL FROM:<a@b>", "RCPT TO:<john@example.org>", "DATA"]
            let replies = try await client.pipeline(start + ["NOOP"])
            #expect(
                replies[3]
                    == "503 5.5.0 <DATA>: Data command rejected: Improper use of SMTP command pipelining")
            #expect(replies[4] == "250 2.0.0 Ok")
            // It stays known of the session.
            for line in start.dropLast() { _ = try await client.command(line) }
            #expect(try await client.command("DATA").hasPrefix("503 5.5.0 <DATA>"))
            let other = try await server.connect()
            _ = try await other.command("EHLO x")
            #expect(
                try await other.pipeline(Array(start.dropFirst())).last
                    == "354 End data with <CR><LF>.<CR><LF>")
        }
    }

    @Test func theEndOfDataHasItsList() async throws {
        try await TestServer.run(["smtpd_end_of_data_restrictions": "reject"]) { server in
            let client = try await server.connect()
            let replies = try await client.sendMail(
                from: "a@b.test", to: ["john@example.org"], content: "x\r\n")
            #expect(replies.last == "554 5.7.1 <END-OF-MESSAGE>: End-of-data rejected: Access denied")
            #expect(server.intake.messages.isEmpty)
        }
    }

    @Test func withoutDelayAClientIsRefusedAtOnce() async throws {
        try await TestServer.run(["smtpd_delay_reject": "no", "smtpd_client_restrictions": "reject"]) {
            server in
            let client = try await server.connect()
            #expect(
                client.greeting == "554 5.7.1 <localhost[127.0.0.1]>: Client host rejected: Access denied")
            #expect(
                try await client.command("EHLO x")
                    == "503 5.7.0 Error: access denied for localhost[127.0.0.1]")
            #expect(try await client.command("QUIT") == "221 2.0.0 Bye")
        }
    }
}
