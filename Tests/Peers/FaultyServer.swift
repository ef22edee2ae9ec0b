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

    public let port: Int
    private let listener: Int32
    private let accepted = Mutex(0)

    /// How many connections there were.
    public var connections: Int { accepted.withLock { $0 } }

    public init(_ fault: Fault) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 256) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else { throw PeerFailure("listen: \(errnoText())") }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [weak self] in
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else { return }
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                self?.accepted.withLock { $0 += 1 }
                Thread.detachNewThread {
                    Self.serve(SocketStream(descriptor: descriptor, seconds: 600), fault)
                }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
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
