import Foundation
import Peers
import Synchronization
import Testing

/// The messages that got `250`.
private final class Accepted: Sendable {
    private let names = Mutex<Set<String>>([])
    var all: Set<String> { names.withLock { $0 } }
    func insert(_ name: String) { names.withLock { _ = $0.insert(name) } }
}

/// What `250` promises: `kill -9` at any moment loses no message and tears none.
@Suite struct CrashTests {
    @Test func nothingThatGot250IsLost() async throws {
        var generator = SeededGenerator(announcing: "kill -9 under load")
        let martlet = try await MartletServer.start(
            mainCf: """
                virtual_mailbox_domains = example.org
                virtual_mailbox_maps = static:x
                virtual_transport = lmtp:unix:private/sink
                smtpd_client_connection_count_limit = 0
                minimal_backoff_time = 1s
                queue_run_delay = 1s
                """)
        let sink = try LMTPSink(path: martlet.queueDirectory + "/private/sink")
        let accepted = Accepted()
        for round in 0..<20 {
            let port = martlet.port
            // The moment is a number of messages and a little more, so that a slow machine sees as many of them.
            let enough = accepted.all.count + Int.random(in: 1...40, using: &generator)
            let pause = Int.random(in: 0...10_000, using: &generator)
            await withTaskGroup(of: Void.self) { group in
                for client in 0..<8 {
                    group.addTask {
                        // The connection breaks when the server is killed; what was answered before counts.
                        guard let connection = try? await SMTPClient.connect(port: port) else { return }
                        _ = try? await connection.command("EHLO c.test")
                        for number in 0..<10_000 {
                            let name = "r\(round)-c\(client)-n\(number)"
                            // Some messages are too large to lie in the store.
                            let lines = number % 10 == 9 ? 3_000 : 20
                            guard
                                let replies = try? await connection.sendMail(
                                    from: "a@b.test", to: ["user\(client)@example.org"],
                                    content: "Subject: \(name)\r\n\r\n"
                                        + String(
                                            repeating: "\(name) 0123456789012345678901234567\r\n",
                                            count: lines) + "end \(name)\r\n")
                            else { return }
                            if replies.count == 4, replies[3].hasPrefix("250") {
                                accepted.insert(name)
                            } else {
                                return
                            }
                        }
                    }
                }
                group.addTask {
                    let isEnough = await Eventually.holds(seconds: 120, every: .milliseconds(2)) {
                        accepted.all.count >= enough
                    }
                    #expect(isEnough, "round \(round)")
                    try? await Task.sleep(for: .microseconds(pause))
                    try? await Blocking.run { martlet.crash() }
                }
            }
            try await Blocking.run { try martlet.resume() }
        }
        let names = accepted.all
        print("kill -9 under load: \(names.count) messages were accepted")
        var arrived: Set<String> = []
        _ = await Eventually.holds(seconds: 120, every: .milliseconds(200)) {
            arrived = Set(sink.messages.compactMap { Self.name(of: $0.content) })
            return names.isSubset(of: arrived)
        }
        #expect(names.subtracting(arrived).isEmpty, "lost: \(names.subtracting(arrived).sorted().prefix(5))")
        for message in sink.messages {
            let name = try #require(Self.name(of: message.content))
            #expect(message.content.hasSuffix("\r\nend \(name)\r\n"), "torn: \(name)")
        }
    }

    private static func name(of content: String) -> String? {
        // Large messages are long, and the name stands near the top.
        String(decoding: content.utf8.prefix(2_000), as: UTF8.self).split(separator: "\r\n").first {
            $0.hasPrefix("Subject: ")
        }.map { String($0.dropFirst(9)) }
    }
}
