import Foundation
import MailFormat
import Peers

/// A Postfix and a Martlet with the same setup, and LMTP servers behind all of their transports.
final class AddressServers: Sendable {
    /// One that takes mail, as the sinks see it.
    enum Peer: String, Sendable { case postfix, martlet }

    /// A copy of a message that arrived somewhere.
    struct Copy: Hashable, Sendable, CustomStringConvertible {
        /// The name of the sink: which class or which line of transport_maps led there.
        let sink: String
        let sender: String
        /// Without regard to case.
        let recipient: MailAddress

        var description: String { "\(recipient) by \(sink) from <\(sender)>" }
    }

    /// Nothing is to slow the dialog down, or to stop at the thousandth address.
    static let patience = [
        "smtpd_error_sleep_time": "0", "smtpd_soft_error_limit": "1000000",
        "smtpd_hard_error_limit": "1000000", "smtpd_recipient_limit": "1000000",
        "smtpd_junk_command_limit": "1000000",
    ]

    let postfix: PostfixServer
    let martlet: MartletServer
    private let sinks: [String: LMTPSink]
    private let directory: TemporaryDirectory
    /// The same Postfix without aliases: who is known by himself.
    private let plainPort: Int

    init(_ setup: AddressSetup, number: Int, database: String, on server: MariaDBServer) async throws {
        let directory = try TemporaryDirectory("adr")
        self.directory = directory
        sinks = Dictionary(
            uniqueKeysWithValues: try setup.sinkNames.map {
                ($0, try LMTPSink(path: directory.appending("s-\($0)")))
            })
        let tables = directory.appending("t")
        func placed(_ text: String) -> String {
            text.replacing(AddressSetup.directory, with: tables)
                .replacing("\(AddressSetup.sinks)/", with: directory.appending("s-"))
        }
        for (name, text) in setup.files { try directory.write("t/\(name)", placed(text)) }
        for name in setup.rows.keys {
            try directory.write(
                "t/\(name).cf",
                """
                hosts = 127.0.0.1:\(server.port)
                user = \(database)
                password = \(database)
                dbname = \(database)
                query = SELECT value FROM \(name)\(number) WHERE name = '%s' ORDER BY place

                """)
        }
        if !setup.rows.isEmpty {
            try await server.sql(Self.sql(setup, number: number, placed), database: database)
        }
        let mainCf = setup.parameters.sorted { $0.key < $1.key }.map { "\($0.key) = \(placed($0.value))\n" }
            .joined()
        plainPort = try LoopbackPort.unused()
        postfix = try await PostfixServer.start(
            mainCf: mainCf,
            masterCf:
                "127.0.0.1:\(plainPort) inet n - n - - smtpd -o virtual_alias_maps= -o smtpd_reject_unlisted_recipient=yes "
                + "-o canonical_maps= -o recipient_canonical_maps= -o mynetworks=127.0.0.0/8 "
                + "-o smtpd_reject_unlisted_sender=no\n"
        )
        martlet = try await MartletServer.start(mainCf: mainCf)
    }

    private static func sql(_ setup: AddressSetup, number: Int, _ placed: (String) -> String) -> String {
        func quote(_ text: String) -> String {
            "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "''") + "'"
        }
        return setup.rows.sorted { $0.key < $1.key }.map { name, rows in
            let create =
                "CREATE TABLE \(name)\(number) (name VARCHAR(200), value TEXT, place INT AUTO_INCREMENT PRIMARY KEY, INDEX(name));\n"
            if rows.isEmpty { return create }
            return create + "INSERT INTO \(name)\(number) (name, value) VALUES "
                + rows.map { "(\(quote($0.key)),\(quote(placed($0.value))))" }.joined(separator: ",\n")
                + ";\n"
        }.joined()
    }

    // MARK: Questions

    /// The replies to RCPT TO, one session for all.
    func replies(_ peer: Peer, to paths: [String], from sender: String) async throws -> [String] {
        try await Self.replies(to: paths, from: sender, port: port(of: peer))
    }

    /// Who of these is nobody, aliases left aside.
    func unknown(among addresses: Set<MailAddress>, from sender: String) async throws -> Set<MailAddress> {
        let addresses = Array(addresses)
        let replies = try await Self.replies(to: addresses.map(\.quoted), from: sender, port: plainPort)
        return Set(
            zip(addresses, replies).filter {
                $1.contains("Recipient address rejected: ")
                    && ($1.contains("User unknown") || $1.hasPrefix("550 "))
            }.map(\.0))
    }

    private func port(of peer: Peer) -> Int { peer == .postfix ? postfix.port : martlet.port }

    private static func replies(to paths: [String], from sender: String, port: Int) async throws -> [String] {
        let client = try await SMTPClient.connect(port: port, seconds: 120)
        _ = try await client.pipeline(["EHLO client.test", "MAIL FROM:<\(sender)>"])
        var replies: [String] = []
        for start in stride(from: 0, to: paths.count, by: 100) {
            let chunk = paths[start..<min(start + 100, paths.count)]
            replies += try await client.pipeline(chunk.map { "RCPT TO:<\($0)>" })
        }
        return replies.map { $0.trimmingCharacters(in: .newlines) }
    }

    /// What `martlet explain` says of each.
    func explanations(of paths: [String], from sender: String) async throws -> [ExplainedAddress] {
        let result = try await martlet.command(
            ["explain", "--json", "--client", "127.0.0.1", "--from", sender, "--"]
                + paths.map(Self.withoutRoute))
        guard
            let document = try? JSONDecoder().decode(
                ExplainedDocument.self, from: Data(result.standardOutput.utf8)),
            document.explanations.count == paths.count
        else { throw PeerFailure("explain: \(result.standardError) \(result.standardOutput.prefix(2_000))") }
        return document.explanations
    }

    /// A source route is part of the command, not of the address (RFC 5321 appendix C).
    private static func withoutRoute(_ path: String) -> String {
        guard path.hasPrefix("@"), let colon = path.firstIndex(of: ":") else { return path }
        return String(path[path.index(after: colon)...])
    }

    /// The name of the sink that a next hop leads to.
    func sink(of nextHop: String) -> String? {
        let prefix = "unix:" + directory.appending("s-")
        return nextHop.hasPrefix(prefix) ? String(nextHop.dropFirst(prefix.count)) : nil
    }

    /// What Postfix's log says of an address, and its warnings: for the message of a test that fails.
    func account(of address: MailAddress) -> String {
        let log = postfix.log.split(separator: "\n")
        let lines = log.filter { $0.contains("status=") && $0.contains("<\(address.text)>") }.suffix(3)
        return (lines + log.filter { $0.contains("warning: ") }.suffix(5)).joined(separator: "\n")
    }

    // MARK: Mail

    /// Sends each address a message of its own. For each: the reply after the content, and what arrived where.
    func deliveries(_ peer: Peer, to paths: [String], from sender: String) async throws
        -> [(reply: String, copies: Set<Copy>)]
    {
        guard !paths.isEmpty else { return [] }
        let client = try await SMTPClient.connect(port: port(of: peer), seconds: 120)
        _ = try await client.command("EHLO client.test")
        let mark = "\(peer.rawValue)-\(UInt32.random(in: 0...UInt32.max))"
        func envelope(_ number: Int) -> String {
            guard number < paths.count else { return "" }
            return "MAIL FROM:<\(sender)>\r\nRCPT TO:<\(paths[number])>\r\nDATA\r\n"
        }
        var opening = try await client.send(Array(envelope(0).utf8), replies: 3)
        var replies: [String] = []
        for number in paths.indices {
            guard opening.last?.hasPrefix("354") == true else {
                throw PeerFailure("\(peer) took <\(paths[number])> and then did not: \(opening)")
            }
            // The next message's commands travel with this one's end.
            let text =
                "X-Case: \(mark)-\(number)-\r\nSubject: hello\r\n\r\nhello\r\n.\r\n" + envelope(number + 1)
            let answers = try await client.send(Array(text.utf8), replies: number + 1 < paths.count ? 4 : 1)
            replies.append(answers[0].trimmingCharacters(in: .newlines))
            opening = Array(answers.dropFirst())
        }
        try await waitUntilTried(replies.compactMap(Self.queueID), peer)
        var received = [Set<Copy>](repeating: [], count: paths.count)
        for (name, sink) in sinks {
            for message in sink.messages {
                // A delivery report has the field in its body only.
                guard let end = message.content.firstRange(of: "\r\n\r\n"),
                    let found = message.content[..<end.lowerBound].firstRange(of: "X-Case: \(mark)-"),
                    let number = Int(message.content[found.upperBound...].prefix { $0 != "-" })
                else { continue }
                for recipient in message.recipients {
                    received[number].insert(
                        Copy(
                            sink: name, sender: message.sender, recipient: MailAddress(wire: recipient).folded
                        ))
                }
            }
        }
        return zip(replies, received).map { ($0, $1) }
    }

    private static func queueID(_ reply: String) -> String? {
        reply.hasPrefix("250") ? reply.split(separator: " ").last.map(String.init) : nil
    }

    /// Waits until each recipient of each message was delivered, returned or put off.
    private func waitUntilTried(_ ids: [String], _ peer: Peer) async throws {
        func log() -> String { peer == .postfix ? postfix.log : martlet.log }
        let isDone = await Eventually.holds(seconds: 120, every: .milliseconds(40)) {
            let attempts = DeliveryAttempts(log: log())
            return ids.allSatisfy { attempts.isOver($0) }
        }
        guard isDone else { throw PeerFailure("\(peer) still has mail queued:\n\(log().suffix(3_000))") }
    }
}

/// What a log says of the messages in the queue.
private struct DeliveryAttempts {
    private var removed: Set<Substring> = []
    private var recipients: [Substring: Int] = [:]
    private var tried: [Substring: Int] = [:]

    init(log: String) {
        for line in log.split(separator: "\n") {
            guard let start = line.firstRange(of: "]: ")?.upperBound else { continue }
            let text = line[start...]
            let id = text.prefix { $0 != ":" }
            if text.hasSuffix(": removed") {
                removed.insert(id)
            } else if text.contains(", status=") {
                tried[id, default: 0] += 1
            } else if let count = text.firstRange(of: "nrcpt="), text.hasSuffix("(queue active)") {
                recipients[id] = Int(text[count.upperBound...].prefix { $0.isNumber })
            }
        }
    }

    func isOver(_ id: String) -> Bool {
        let id = id[...]
        return removed.contains(id) || recipients[id].map { tried[id, default: 0] >= $0 } == true
    }
}

/// What the tests read of `martlet explain --json`.
struct ExplainedAddress: Decodable, Sendable {
    struct Reply: Decodable, Sendable { let text: String }
    struct Delivery: Decodable, Sendable {
        let recipient: String
        let transport: String?
        let nexthop: String?
    }
    let reply: Reply
    let deliveries: [Delivery]
}

private struct ExplainedDocument: Decodable { let explanations: [ExplainedAddress] }

extension MailAddress {
    /// `"john doe"@x` on the wire is `john doe@x` inside.
    init(wire text: String) {
        guard text.first == "\"", let end = text.lastIndex(of: "\""), end > text.startIndex else {
            self.init(text)
            return
        }
        var local = ""
        var isEscaped = false
        for character in text[text.index(after: text.startIndex)..<end] {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                local.append(character)
                isEscaped = false
            }
        }
        self.init(local + text[text.index(after: end)...])
    }
}
