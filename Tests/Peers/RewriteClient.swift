import Foundation

/// Asks a real trivial-rewrite(8) where mail goes, by Postfix's own protocol: attributes as `name NUL value NUL`, an
/// empty name at the end.
///
/// The service must listen on a port: `127.0.0.1:PORT inet n - n - - trivial-rewrite` in master.cf.
public final class RewriteClient {
    public struct Resolution: Hashable, Sendable {
        public let transport: String
        public let nextHop: String
        public let recipient: String
        /// The address is none: `RESOLVE_FLAG_ERROR`.
        public let isInvalid: Bool
        /// A table could not be asked, or its answer was of no use: `RESOLVE_FLAG_FAIL`.
        public let hasFailed: Bool
    }

    private let stream: SocketStream

    public init(port: Int) throws {
        stream = try SocketStream(port: port)
        // The server says first which protocol it speaks.
        _ = try attributes()
    }

    /// - Parameters:
    ///   - sender: internal form; empty for the null sender.
    ///   - address: internal form, complete.
    public func resolve(sender: String, address: String) throws -> Resolution {
        try stream.write("request\0resolve\0sender\0\(sender)\0address\0\(address)\0\0")
        let answer = try attributes()
        guard let transport = answer["transport"], let nextHop = answer["nexthop"],
            let recipient = answer["recipient"], let flags = answer["flags"].flatMap({ Int($0) })
        else { throw PeerFailure("trivial-rewrite answered \(answer)") }
        return Resolution(
            transport: transport, nextHop: nextHop, recipient: recipient, isInvalid: flags & 4 != 0,
            hasFailed: flags & 8 != 0)
    }

    private func attributes() throws -> [String: String] {
        var found: [String: String] = [:]
        while true {
            let name = try text()
            if name.isEmpty { return found }
            found[name] = try text()
        }
    }

    private func text() throws -> String {
        guard let bytes = try stream.read(through: [0]) else { throw PeerFailure("trivial-rewrite hung up") }
        return String(decoding: bytes.dropLast(), as: UTF8.self)
    }
}
