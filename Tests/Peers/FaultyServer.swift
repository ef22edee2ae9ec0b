import Foundation
import Synchronization

/// A TCP server on loopback that is of no use: it accepts and says nothing, or hangs up in the middle.
public final class FaultyServer: Sendable {
    public enum Fault: Hashable, Sendable {
        /// Accepts, reads what comes, and never answers.
        case silent
        /// Begins to speak, or to answer, and hangs up.
        case hangsUp(after: [UInt8])
    }

    private let listener: ListeningSocket
    private let accepted = Mutex(0)

    public var port: Int { listener.port }

    /// How many connections there were.
    public var connections: Int { accepted.withLock { $0 } }

    public init(_ fault: Fault) throws {
        listener = try ListeningSocket()
        listener.start { [weak self] descriptor in
            self?.accepted.withLock { $0 += 1 }
            Self.serve(SocketStream(descriptor: descriptor, seconds: 600), fault)
        }
    }

    private static func serve(_ stream: SocketStream, _ fault: Fault) {
        switch fault {
        case .silent:
            while (try? stream.readLine()) != nil {}
        case .hangsUp(let bytes):
            // Where the client speaks first, its question is heard out.
            var readiness = pollfd(fd: stream.descriptor, events: Int16(POLLIN), revents: 0)
            poll(&readiness, 1, 100)
            try? stream.write(bytes)
        }
    }
}
