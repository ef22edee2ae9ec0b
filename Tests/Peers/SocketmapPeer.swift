import Synchronization

/// A server of socketmap_table(5) that is told what to reply, and remembers what it was asked.
public final class SocketmapPeer: Sendable {
    private let heard = Mutex<[[UInt8]]>([])
    private let server = Mutex<StreamServer?>(nil)
    private let reply: @Sendable (_ map: String, _ key: [UInt8]) -> [UInt8]?

    /// - Parameters:
    ///   - path: a UNIX socket; nil for a port that the kernel chooses.
    ///   - reply: what is sent, its netstring included; nil closes the connection.
    public init(
        path: String? = nil, reply: @escaping @Sendable (_ map: String, _ key: [UInt8]) -> [UInt8]?
    ) throws {
        self.reply = reply
        let started = try StreamServer(path: path) { [weak self] stream, _ in
            while let digits = try stream.read(through: [UInt8(ascii: ":")]) {
                guard let length = Int(String(decoding: digits.dropLast(), as: UTF8.self)),
                    let content = try stream.read(count: length + 1), content.last == UInt8(ascii: ","),
                    let self
                else { return }
                self.heard.withLock { $0.append(digits + content) }
                let parts = content.dropLast().split(
                    separator: 0x20, maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2,
                    let reply = self.reply(String(decoding: parts[0], as: UTF8.self), Array(parts[1]))
                else { return }
                try stream.write(reply)
            }
        }
        server.withLock { $0 = started }
    }

    public var port: Int { server.withLock { $0?.port ?? 0 } }
    public var connectionsEver: Int { server.withLock { $0?.connectionsEver ?? 0 } }

    /// The requests so far, as they came.
    public func takeRequests() -> [[UInt8]] {
        heard.withLock { heard in
            defer { heard = [] }
            return heard
        }
    }

    public static func netstring(_ content: [UInt8]) -> [UInt8] {
        Array("\(content.count):".utf8) + content + Array(",".utf8)
    }
}
