import Foundation
import Peers
import Testing

/// The ISPmail guide, word for word: the commands of its chapters, then mail, with real MariaDB and Dovecot.
@Suite struct GuideTests {
    /// Every `postconf` and `postmap` command of the chapters, by those names, prints what Postfix's own prints.
    @Test func commandsPrintWhatPostfixPrints() async throws {
        let mariaDB = try await MariaDBServer.shared()
        let guide = try await GuideFixture.make(in: mariaDB)
        let scratch = try TemporaryDirectory("gde")
        for program in ["postconf", "postmap"] {
            try FileManager.default.createSymbolicLink(
                atPath: scratch.appending(program), withDestinationPath: BuiltProgram.martlet)
        }
        // One directory under the same name for both, so that the printed paths are the same.
        let config = try scratch.makeDirectory("etc")
        func reset() throws {
            try scratch.write(
                "etc/main.cf", PostfixServer.privateLines(directory: scratch.path) + "# by hand\n")
            try scratch.write("etc/master.cf", "smtp inet n - y - - smtpd\n")
            for (name, text) in guide.maps(hosts: "127.0.0.1:\(mariaDB.port)") {
                try scratch.write("etc/\(name)", text)
            }
        }
        let domains = "mysql:\(config)/mysql-virtual-mailbox-domains.cf"
        let mailboxes = "mysql:\(config)/mysql-virtual-mailbox-maps.cf"
        let aliases = "mysql:\(config)/mysql-virtual-alias-maps.cf"
        let email2email = "mysql:\(config)/mysql-email2email.cf"
        let commands = [
            ["postconf", "virtual_mailbox_domains=\(domains)"],
            ["postmap", "-q", "example.org", domains],
            ["postmap", "-q", "example.com", domains],
            ["postconf", "virtual_mailbox_maps=\(mailboxes)"],
            ["postmap", "-q", "john@example.org", mailboxes],
            ["postmap", "-q", "nobody@example.org", mailboxes],
            ["postconf", "virtual_alias_maps=\(aliases)"],
            ["postmap", "-q", "jack@example.org", aliases],
            ["postmap", "-q", "john@example.org", email2email],
            ["postmap", "-q", "jack@example.org", email2email],
            ["postconf", "virtual_alias_maps=\(aliases),\(email2email)"],
            ["postconf", "-e", "virtual_transport=lmtp:unix:private/dovecot-lmtp"],
            ["postconf", "virtual_alias_maps", "virtual_transport", "virtual_mailbox_domains"],
            ["postconf", "-n"],
            ["postconf", "-h", "virtual_transport"],
            ["postconf", "-d", "virtual_alias_domains", "recipient_delimiter"],
            ["postconf", "no_such_parameter"],
            ["postmap", "-q", "x", "mysql:\(config)/absent.cf"],
        ]
        var answers: [[String]] = []
        for directory in ["", scratch.path + "/"] {
            try reset()
            var printed: [String] = []
            for command in commands {
                let result = try await Command.run(
                    [directory + command[0]] + command.dropFirst(), environment: ["MAIL_CONFIG": config])
                printed.append(
                    "\(command.joined(separator: " ")) → \(result.exitCode)\n\(result.standardOutput)\(result.standardError)"
                )
            }
            printed.append(try String(contentsOfFile: config + "/main.cf", encoding: .utf8))
            answers.append(printed)
        }
        for (postfix, martlet) in zip(answers[0], answers[1]) { #expect(martlet == postfix) }
    }

    @Test func mailArrivesByteForByte() async throws {
        let mariaDB = try await MariaDBServer.shared()
        let guide = try await GuideFixture.make(
            in: mariaDB,
            sql: """
                INSERT INTO virtual_domains (id, name) VALUES (2, 'example.net'), (3, 'catchall.example');
                INSERT INTO virtual_users (domain_id, password, email) VALUES
                  (1, 'x', 'jane@example.org'), (3, 'x', 'box@catchall.example');
                INSERT INTO virtual_aliases (domain_id, source, destination) VALUES
                  (1, 'team@example.org', 'john@example.org'), (1, 'team@example.org', 'jane@example.org'),
                  (2, '@example.net', 'john@example.org'), (3, '@catchall.example', 'jane@example.org');
                """)
        let dovecot = try await DovecotServer.start()
        let martlet = try await MartletServer.start(
            mainCf: GuideFixture.mainCf + "virtual_transport = lmtp:unix:\(dovecot.lmtpSocket)\n"
                // As a stranger's mail, byte for byte.
                + "local_header_rewrite_clients =\n",
            files: guide.maps(hosts: "127.0.0.1:\(mariaDB.port)"))

        let content =
            "From: <you@example.com>\nSubject: Grüße\nContent-Type: text/plain; charset=utf-8\n\nline\n.\n..dots\n\tend ä\n"
        func swaks(_ recipient: String) async throws -> CommandResult {
            try await Command.run(
                [
                    "swaks", "--server", "127.0.0.1", "--port", "\(martlet.port)", "--from",
                    "you@example.com", "--to", recipient,
                    "--helo", "client.example.com", "--data", "-",
                ], input: String(content.dropLast()))  // swaks ends the last line itself
        }
        // Recipient, and who gets the mail.
        let cases: [(String, [String])] = [
            ("john@example.org", ["john@example.org"]),
            ("jack@example.org", ["john@example.org"]),
            ("team@example.org", ["john@example.org", "jane@example.org"]),
            ("anybody@example.net", ["john@example.org"]),
            ("anybody@catchall.example", ["jane@example.org"]),
            // email2email: the mailbox maps to itself, so the catch-all does not take its mail.
            ("box@catchall.example", ["box@catchall.example"]),
        ]
        var expected: [String: Int] = [:]
        for (recipient, mailboxes) in cases {
            let result = try await swaks(recipient)
            #expect(result.exitCode == 0, "\(result.standardOutput)\(result.standardError)")
            #expect(result.standardOutput.contains("<-  250 2.0.0 Ok: queued as "))
            for mailbox in mailboxes { expected[mailbox, default: 0] += 1 }
        }
        for (mailbox, count) in expected {
            let messages = try await dovecot.messages(of: mailbox, count: count)
            #expect(messages.count == count)
            for message in messages {
                let text = String(decoding: message, as: UTF8.self)
                let start = try #require(text.range(of: "From: <you@example.com>"))
                #expect(text[start.lowerBound...] == content[...])
                let trace = text[..<start.lowerBound]
                #expect(
                    trace.contains(
                        "Received: from client.example.com (localhost [127.0.0.1])\n\tby mx.example.test (Postfix) with ESMTP id "
                    ))
                #expect(trace.hasPrefix("Return-Path: <you@example.com>"))
            }
        }
        let unknown = try await swaks("nobody@example.org")
        #expect(unknown.exitCode != 0)
        #expect(
            unknown.standardOutput.contains(
                "<** 550 5.1.1 <nobody@example.org>: Recipient address rejected: User unknown in virtual mailbox table"
            ))
        // A stranger may not relay; this client is in mynetworks, so ask as somebody who is not.
        let stranger = try await MartletServer.start(
            mainCf: GuideFixture.mainCf + "mynetworks = 192.0.2.0/24\n",
            files: guide.maps(hosts: "127.0.0.1:\(mariaDB.port)"))
        let client = try await SMTPClient.connect(port: stranger.port)
        let replies = try await client.pipeline([
            "EHLO client.example.com", "MAIL FROM:<you@example.com>", "RCPT TO:<a@foreign.example>",
            "RCPT TO:<jack@example.org>",
        ])
        #expect(replies[2] == "454 4.7.1 <a@foreign.example>: Relay access denied")
        #expect(replies[3] == "250 2.1.5 Ok")
        #expect(try await martlet.command(["queue", "list"]).standardOutput.contains("Mail queue is empty"))
    }
}
