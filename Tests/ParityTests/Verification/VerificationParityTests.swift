import Foundation
import Peers
import Testing

/// Addresses that are probed, by a real smtpd(8) with verify(8) and by the built program, each with an LMTP server of
/// its own behind it: the replies the first time and the second, and what those servers were asked.
@Suite(.serialized) struct VerificationParityTests {
    @Test(arguments: 0..<8)
    func `replies to unverified addresses are Postfix's, and so are the probes`(round: Int) async throws {
        var random = SeededGenerator(announcing: "verification, round \(round)")
        for _ in 0..<round * 7 { _ = random.next() }
        let setup = VerificationSetup(&random)
        let directory = try TemporaryDirectory("vfy")
        let (theirs, ours) = (
            try ProbeSink(path: directory.appending("p"), delay: 8),
            try ProbeSink(path: directory.appending("m"), delay: 8)
        )
        let postfix = try await PostfixServer.start(mainCf: Self.mainCf(setup, theirs))
        let martlet = try await MartletServer.start(mainCf: Self.mainCf(setup, ours))
        try await Self.warmUp(postfix)
        for (number, question) in ["first", "second"].enumerated() {
            if number == 1 {
                try await Self.waitForProbes(postfix.log, setup) { postfix.log }
                try await Self.waitForProbes(martlet.log, setup) { martlet.log }
            }
            for (turn, sender) in setup.senders.enumerated() {
                // Where nobody waits, what was asked about before may have its answer by now, or not.
                let isRaced = setup.isImpatient && number == 0 && turn > 0
                let addresses = isRaced ? ["fresh\(turn)@relay.test"] : setup.addresses
                async let expected = Self.dialogs(postfix.port, addresses, from: sender, theirs)
                async let said = Self.dialogs(martlet.port, addresses, from: sender, ours)
                for ((address, reply), wanted) in try await zip(zip(addresses, said), expected) {
                    #expect(
                        reply == wanted,
                        "\(question) time, from <\(sender)> to <\(address)>, \(Self.shown(setup))")
                }
            }
        }
        let (wanted, asked) = (Self.questions(theirs), Self.questions(ours))
        if setup.hasNegativeCache {
            #expect(asked == wanted, "\(Self.shown(setup))")
        } else {
            // Postfix probes again at each poll.
            #expect(Set(asked) == Set(wanted), "\(Self.shown(setup))")
        }
        #expect(ours.messages == 0)
        #expect(theirs.messages == 0)
        try await Self.compareExplanations(setup, martlet, ours)
        martlet.halt()
    }

    private static func mainCf(_ setup: VerificationSetup, _ sink: ProbeSink) -> String {
        setup.parameters.merging(AddressServers.patience) { $1 }.sorted { $0.key < $1.key }
            .map { "\($0.key) = \($0.value.replacing("SINK", with: sink.path))\n" }.joined()
    }

    private static func shown(_ setup: VerificationSetup) -> String {
        setup.parameters.filter { $0.key.contains("verif") || $0.key.contains("restrictions") }
            .sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }

    /// Postfix starts its programs when they are first needed, which takes as long as a client's patience.
    private static func warmUp(_ postfix: PostfixServer) async throws {
        let client = try await SMTPClient.connect(port: postfix.port)
        _ = try await client.pipeline([
            "EHLO client.test", "MAIL FROM:<>", "RCPT TO:<warm-up@relay.test>", "QUIT",
        ])
    }

    /// What is said to each address alone: MAIL, RCPT, and DATA where it was taken.
    private static func dialogs(
        _ port: Int, _ addresses: [String], from sender: String, _ sink: ProbeSink
    ) async throws -> [String] {
        try await addresses.mapTogether { address in
            let client = try await SMTPClient.connect(port: port)
            var replies = try await client.pipeline([
                "EHLO client.test", "MAIL FROM:<\(sender)>", "RCPT TO:<\(address)>",
            ])
            replies.removeFirst()
            if replies.last?.hasPrefix("250") == true { replies.append(try await client.command("DATA")) }
            return replies.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
                .joined(separator: " | ").replacing(sink.path, with: "SINK")
        }
    }

    /// Until every address that had to be found out has been.
    private static func waitForProbes(
        _ log: String, _ setup: VerificationSetup, _ read: @escaping @Sendable () -> String
    ) async throws {
        let pending = Set(
            log.matches(
                of: /<([^>]*)>: (?:Recipient|Sender) address rejected: unverified address: Address verif/
            )
            .map { String($0.1) })
        for address in pending {
            let isDone = await Eventually.holds(seconds: 60, every: .milliseconds(200)) {
                read().contains("to=<\(address)>, relay=") || read().contains("orig_to=<\(address)>, relay=")
                    || read().contains("to=<\"\(address.prefix { $0 != "@" })\"@")
            }
            #expect(isDone, "no result for \(address)")
        }
        // Postfix writes the line and then the cache.
        try await Task.sleep(for: .milliseconds(500))
    }

    private static func questions(_ sink: ProbeSink) -> [String] {
        sink.questions.filter { !$0.recipient.hasPrefix("warm-up") }.map(\.description).sorted()
    }

    /// `martlet explain` says what RCPT TO says, as far as something is known.
    private static func compareExplanations(
        _ setup: VerificationSetup, _ martlet: MartletServer, _ sink: ProbeSink
    ) async throws {
        guard setup.parameters["address_verify_map"] != "", setup.hasNegativeCache else { return }
        let before = sink.questions.count
        for sender in setup.senders {
            let replies = try await dialogs(martlet.port, setup.addresses, from: sender, sink)
            for (address, reply) in zip(setup.addresses, replies) {
                let result = try await martlet.command(
                    [
                        "explain", "--brief", "--client", "127.0.0.1", "--helo", "client.test", "--from",
                        sender, "--", address,
                    ])
                let parts = reply.components(separatedBy: " | ")
                let last = parts.first { !$0.hasPrefix("250") && !$0.hasPrefix("354") } ?? "250 2.1.5 Ok"
                let isOfData = parts.count > 2 && !parts[2].hasPrefix("354")
                let text = result.standardOutput.replacing(sink.path, with: "SINK")
                #expect(text.contains(isOfData ? "250 2.1.5 Ok" : last), "\(address): \(text)")
            }
        }
        #expect(sink.questions.count == before)
    }

    @Test func `a sender that changes looks the same, and each takes its own`() async throws {
        let parameters = [
            "relay_domains = relay.test", "relay_transport = lmtp:unix:SINK", "mydestination = local.test",
            "smtpd_recipient_restrictions = reject_unverified_recipient", "address_verify_sender_ttl = 100d",
            "address_verify_poll_count = 6", "address_verify_poll_delay = 1s", "address_verify_map =",
            "myorigin = local.test", "local_transport = error:no",
        ].joined(separator: "\n")
        let directory = try TemporaryDirectory("vfy")
        let (theirs, ours) = (
            try ProbeSink(path: directory.appending("p")), try ProbeSink(path: directory.appending("m"))
        )
        let postfix = try await PostfixServer.start(mainCf: parameters.replacing("SINK", with: theirs.path))
        let martlet = try await MartletServer.start(mainCf: parameters.replacing("SINK", with: ours.path))
        for port in [postfix.port, martlet.port] {
            let client = try await SMTPClient.connect(port: port)
            let replies = try await client.pipeline([
                "EHLO client.test", "MAIL FROM:<>", "RCPT TO:<good@relay.test>",
            ])
            #expect(replies.last?.hasPrefix("250") == true)
        }
        let sender = try #require(theirs.questions.first?.sender)
        #expect(sender.hasPrefix("double-bounce"))
        #expect(sender != "double-bounce@local.test")
        #expect(ours.questions.first?.sender == sender)
        for address in [sender, sender.uppercased(), "x" + sender] {
            var replies: [String] = []
            for port in [postfix.port, martlet.port] {
                let client = try await SMTPClient.connect(port: port)
                let reply = try await client.pipeline([
                    "EHLO client.test", "MAIL FROM:<>", "RCPT TO:<\(address)>",
                ]).last
                replies.append(reply ?? "")
            }
            #expect(replies[0] == replies[1], "<\(address)>")
        }
        martlet.halt()
    }
}

extension Array where Element: Sendable {
    /// Each element's result in their order, all at once.
    fileprivate func mapTogether<Result: Sendable>(
        _ transform: @escaping @Sendable (Element) async throws -> Result
    ) async throws -> [Result] {
        try await withThrowingTaskGroup(of: (Int, Result).self) { group in
            for (index, element) in enumerated() { group.addTask { (index, try await transform(element)) } }
            var results = [Result?](repeating: nil, count: count)
            for try await (index, result) in group { results[index] = result }
            return results.compactMap(\.self)
        }
    }
}
