import Foundation
import Peers
import Synchronization

/// An LMTP server on a UNIX socket that says what its script has, connection after connection; after the script
/// it listens and says nothing.
final class ScriptedServer: Sendable {
    enum Step: Sendable {
        case say(String)
        /// Reads lines until one begins with this.
        case hear(String)
        /// Reads to the dot.
        case hearContent
        /// Goes on once somebody signals.
        case wait(DispatchSemaphore)
        /// Says nothing for so many seconds.
        case pause(Double)
        case hangUp
    }

    static let greeting: [Step] = [
        .say("220 scripted\r\n"), .hear("LHLO"), .say("250-scripted\r\n250 PIPELINING\r\n"),
    ]

    let path: String
    private let listener: ListeningSocket
    private let heard = Mutex<[String]>([])
    private let scripts: Mutex<[[Step]]>

    /// - Parameter scripts: one for each connection; the last goes for all that follow.
    init(path: String, _ scripts: [[Step]]) throws {
        self.path = path
        self.scripts = Mutex(scripts)
        listener = try ListeningSocket(path: path)
        listener.start { [weak self] descriptor in
            let stream = SocketStream(descriptor: descriptor, seconds: 600)
            guard let self else { return }
            play(self.scripts.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? [] }, stream)
        }
    }

    /// The command lines so far, of all connections.
    var lines: [String] { heard.withLock { $0 } }

    private func play(_ script: [Step], _ stream: SocketStream) {
        do {
            for step in script {
                switch step {
                case .say(let text): try stream.write(text)
                case .hear(let prefix):
                    while let line = try stream.readLine() {
                        heard.withLock { $0.append(line) }
                        if line.hasPrefix(prefix) { break }
                    }
                case .hearContent:
                    while let line = try stream.readLine(), line != "." {}
                case .wait(let semaphore): semaphore.wait()
                case .pause(let seconds): Thread.sleep(forTimeInterval: seconds)
                case .hangUp: return
                }
            }
            while let line = try stream.readLine() { heard.withLock { $0.append(line) } }
        } catch {
            // The client has gone: what it said is what counts.
        }
    }
}
