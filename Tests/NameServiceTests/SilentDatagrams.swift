import Foundation
import Peers

/// A UDP port on loopback that hears and never answers.
final class SilentDatagrams: Sendable {
    let port: Int
    private let socket: Int32

    init() throws {
        socket = Foundation.socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { [socket] in
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        guard isBound else { throw PeerFailure("no port") }
    }

    deinit { close(socket) }

    var hasHeard: Bool {
        var readable = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&readable, 1, 0) > 0
    }
}
