import Peers
import Testing

/// Whatever is said to a Postfix and to a Martlet, right or wrong, gets the same replies.
@Suite(.serialized) struct DialogParityTests {
    /// Where Martlet answers otherwise, and why. Documentation/compatibility.md says the same.
    enum Difference: String, CaseIterable {
        /// Postfix takes control characters in an address for spaces; here such an address is none.
        case controlCharacter
        /// Postfix drops an `@` with nothing behind it; here such an address is none.
        case emptyDomain
        /// What is no address, but full of its punctuation, is refused by both, perhaps in other words.
        case garbage

        static func explains(_ line: String, _ postfix: String, _ martlet: String) -> Difference? {
            if line.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }),
                martlet.hasPrefix("501 5.1.")
            {
                return .controlCharacter
            }
            var address = line.drop { $0 != ":" }.dropFirst()
            if address.hasPrefix("<"), address.hasSuffix(">") { address = address.dropFirst().dropLast() }
            if address.hasSuffix("@"), martlet.hasPrefix("501 5.1.") { return .emptyDomain }
            if address.contains(where: { " ()[]<>,;!%\"\\".contains($0) }), postfix.hasPrefix("5"),
                martlet.hasPrefix("5"), line.hasPrefix("RCPT")
            {
                return .garbage
            }
            return nil
        }
    }

    private static func compare(_ lines: [String], around prefix: [String], then suffix: [String] = [])
        async throws
    {
        try await DialogServers.run { servers in
            let all = prefix + lines.flatMap { [$0] + suffix }
            let (postfix, martlet) = try await servers.replies(to: all.map { Array($0.utf8) + [13, 10] })
            #expect(postfix.count == martlet.count)
            #expect(postfix[0] == martlet[0])
            for (line, (theirs, ours)) in zip(all, zip(postfix.dropFirst(), martlet.dropFirst())) {
                guard theirs != ours, Difference.explains(line, theirs, ours) == nil else { continue }
                #expect(ours == theirs, "\(line)")
            }
        }
    }

    @Test func recipients() async throws {
        try await Self.compare(DialogLines.recipients, around: ["EHLO x", "MAIL FROM:<s@b.test>"])
    }

    @Test func senders() async throws {
        try await Self.compare(DialogLines.senders, around: ["EHLO x"], then: ["RSET"])
    }

    @Test func others() async throws {
        try await Self.compare(DialogLines.others, around: [])
    }

    @Test func generatedAddresses() async throws {
        var random = SeededGenerator(announcing: "DialogParityTests.generatedAddresses")
        let lines = (0..<400).map { _ in
            let text = (0..<Int.random(in: 1...6, using: &random)).map { _ in random.pick(DialogLines.pieces)
            }.joined()
            return random.chance(80) ? "RCPT TO:<\(text)>" : "RCPT TO:\(text)"
        }
        try await Self.compare(lines, around: ["EHLO x", "MAIL FROM:<s@b.test>"])
    }

    @Test func generatedOrdersOfCommands() async throws {
        var random = SeededGenerator(announcing: "DialogParityTests.generatedOrdersOfCommands")
        let commands = [
            "HELO x", "EHLO x", "EHLO", "MAIL FROM:<a@b.test>", "MAIL FROM:<a@b.test>", "MAIL FROM:<>",
            "MAIL", "RSET",
            "RCPT TO:<john@example.org>", "RCPT TO:<john@example.org>", "RCPT TO:<no@example.org>",
            "RCPT TO:<>", "NOOP",
            "VRFY john@example.org", "DATA x", "FOO", "", "RSET x", "STARTTLS",
            "DATA\r\nx\r\n.",
        ]
        var lines: [String] = []
        var hasRecipient = false
        var hasSender = false
        for _ in 0..<300 {
            var line = random.pick(commands)
            // Content may only follow where both will ask for it.
            if line.hasPrefix("DATA\r\n"), !hasRecipient { line = "DATA" }
            if line.hasPrefix("RCPT TO:<john"), hasSender { hasRecipient = true }
            if line.hasPrefix("MAIL FROM:") { hasSender = true }
            if line == "RSET" || line.hasPrefix("HELO") || line == "EHLO x" || line.hasPrefix("DATA\r\n") {
                hasRecipient = false
                hasSender = false
            }
            if line.hasPrefix("DATA\r\n") {
                lines += ["DATA", "x\r\n."]
            } else {
                lines.append(line)
            }
        }
        try await Self.compare(lines, around: [])
    }

    @Test func content() async throws {
        let contents = [
            "Subject: x\r\n\r\nhi\r\n", "", "..\r\n", ".x\r\n..\r\n", "no end", "\r\n", "a\rb\r\n", "\r\r\n",
            ".\r.\r\n", "x\n", "x\n.\r\ny\r\n", "x\r\n.\ny\r\n", "\n.\n\r\n",
        ]
        try await DialogServers.run { servers in
            for content in contents {
                let text = content.isEmpty || content.hasSuffix("\r\n") ? content : content + "\r\n"
                let lines = [
                    "EHLO x", "MAIL FROM:<a@b.test>", "RCPT TO:<john@example.org>", "DATA", text + ".",
                    "NOOP",
                ]
                let (postfix, martlet) = try await servers.replies(
                    to: lines.map { Array($0.utf8) + [13, 10] })
                #expect(martlet == postfix, "\(content.debugDescription)")
            }
        }
    }

    @Test func limits() async throws {
        let dialogs = [
            ["FOO"], ["NOOP"], ["HELO x"], ["HELO"], [""], ["STARTTLS"], ["ETRN x"], ["RSET x"], ["QUIT x"],
            ["DATA"],
            ["XCLIENT"], ["AUTH"], ["BDAT 3"], ["GET / HTTP/1.0"], ["\u{1}"], ["Subject: x"],
            ["NOOP", "FOO", "VRFY postmaster"], ["MAIL FROM:<a@b.test>", "RCPT TO:<no@example.org>"],
        ]
        try await DialogServers.run(["smtpd_hard_error_limit": "3", "smtpd_junk_command_limit": "2"]) {
            servers in
            for repeated in dialogs {
                let lines = (0..<10).flatMap { _ in repeated }
                let (postfix, martlet) = try await servers.replies(
                    to: lines.map { Array($0.utf8) + [13, 10] })
                #expect(martlet == postfix, "\(repeated)")
            }
        }
    }
}

extension Substring {
    /// Without the characters at its end that satisfy the condition.
    fileprivate func trimmingSuffix(while isDropped: (Character) -> Bool) -> Substring {
        let end = lastIndex { !isDropped($0) }.map(index(after:)) ?? startIndex
        return self[..<end]
    }
}
