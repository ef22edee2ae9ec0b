import Foundation
import Peers
import Testing

/// Mail for aliases of the machine, delivered by a real local(8) and by Martlet's agent: who gets it, from whom, and
/// where an address is reported back as undeliverable.
@Suite(.serialized) struct LocalParityTests {
    /// A copy that has arrived.
    private struct Arrival: Hashable, CustomStringConvertible {
        let number: Int
        let sink: String
        let sender: String
        let recipient: String

        var description: String { "\(number): \(sink) <\(sender)> -> <\(recipient)>" }
    }

    /// Two sinks, and the files of a setup that name them.
    private final class House: Sendable {
        let directory: TemporaryDirectory
        let box: LMTPSink
        let far: LMTPSink
        let mainCf: String

        init(_ setup: LocalSetup) throws {
            let directory = try TemporaryDirectory("local")
            self.directory = directory
            box = try LMTPSink(path: directory.appending("b"))
            far = try LMTPSink(path: directory.appending("f"))
            func filled(_ text: String) -> String {
                text.replacing("DIRECTORY", with: directory.path).replacing(
                    "BOX", with: directory.appending("b")
                )
                .replacing("FAR", with: directory.appending("f"))
            }
            for (name, text) in setup.files { try directory.write(name, filled(text)) }
            if setup.parameters["alias_maps"]?.hasPrefix("hash:") == true {
                try Command.require(["postmap", "hash:\(directory.appending("aliases"))"])
            }
            mainCf = setup.parameters.merging(AddressServers.patience) { $1 }.sorted { $0.key < $1.key }
                .map { "\($0.key) = \(filled($0.value))\n" }.joined()
        }

        /// What has arrived once the queue is empty but for mail that waits.
        ///
        /// - Parameter log: of the server, as it is now.
        func arrivals(_ log: @escaping @Sendable () -> String) async throws -> Set<Arrival> {
            let isDone = await Eventually.holds(seconds: 120, every: .milliseconds(500)) {
                Self.isDone(log())
            }
            guard isDone else { throw PeerFailure("mail is still under way:\n\(log().suffix(3_000))") }
            var arrivals: Set<Arrival> = []
            for (name, sink) in [("box", box), ("far", far)] {
                for message in sink.messages {
                    let number = message.content.firstMatch(of: /X-Case: case-(\d+)-/).flatMap { Int($0.1) }
                    for recipient in message.recipients {
                        arrivals.insert(
                            Arrival(
                                number: number ?? -1, sink: name, sender: message.sender.lowercased(),
                                recipient: recipient.lowercased()))
                    }
                }
            }
            return arrivals
        }

        /// Every message that the log names has left the queue, or waits for its next attempt.
        private static func isDone(_ log: String) -> Bool {
            var known: Set<String> = []
            var done: Set<String> = []
            for line in log.components(separatedBy: "\n") {
                for mark in ["(forwarded as ", "notification: "] {
                    guard let range = line.range(of: mark) else { continue }
                    known.insert(String(line[range.upperBound...].prefix { $0.isLetter || $0.isNumber }))
                }
                let parts = line.components(separatedBy: ": ")
                guard parts.count > 2 else { continue }
                if parts[2].hasPrefix("client=") || parts[2].hasPrefix("from=<") { known.insert(parts[1]) }
                if parts[2] == "removed" || parts[2].contains("status=deferred") { done.insert(parts[1]) }
            }
            return known.count >= LocalParityTests.messages && known.isSubset(of: done)
        }
    }

    private static let messages = 60

    @Test(arguments: 0..<5)
    func `an alias leads to whom local(8) leads it`(round: Int) async throws {
        var random = SeededGenerator(announcing: "local aliases, round \(round)")
        for _ in 0..<round { _ = random.next() }
        let setup = LocalSetup(&random, recipients: Self.messages)
        let (judged, own) = (try House(setup), try House(setup))
        let postfix = try await PostfixServer.start(mainCf: judged.mainCf)
        let martlet = try await MartletServer.start(mainCf: own.mainCf)
        try await Self.send(setup.recipients, port: postfix.port)
        try await Self.send(setup.recipients, port: martlet.port)
        let expected = try await judged.arrivals { postfix.log }
        let found = try await own.arrivals { martlet.log }
        #expect(expected.count > 30, "too little has arrived to compare")
        for (number, recipient) in setup.recipients.enumerated() {
            let wanted = expected.filter { $0.number == number }.map(\.description).sorted()
            let got = found.filter { $0.number == number }.map(\.description).sorted()
            #expect(
                got == wanted,
                "\(recipient)\n\(setup.files["aliases"] ?? "")\(setup.parameters.sorted { $0.key < $1.key })")
        }
    }

    private static func send(_ recipients: [String], port: Int) async throws {
        let client = try await SMTPClient.connect(port: port)
        _ = try await client.command("EHLO client.test")
        for (number, recipient) in recipients.enumerated() {
            let replies = try await client.sendMail(
                from: LocalSetup.sender, to: [recipient],
                content: "Subject: aliases\r\nX-Case: case-\(number)-\r\n\r\nhello\r\n")
            #expect(replies.last?.hasPrefix("250") == true, "\(recipient): \(replies)")
        }
    }
}
