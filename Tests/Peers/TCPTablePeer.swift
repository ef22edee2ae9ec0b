import Synchronization

/// A server of tcp_table(5) that is told what to reply, and remembers what it was asked.
public final class TCPTablePeer: Sendable {
    private let heard = Mutex<[[UInt8]]>([])
    private let server = Mutex<StreamServer?>(nil)
    private let reply: @Sendable (_ key: [UInt8]) -> [UInt8]?

    /// - Parameter reply: the whole line for a decoded key, as it is sent; nil closes the connection.
    public init(reply: @escaping @Sendable (_ key: [UInt8]) -> [UInt8]?) throws {
        self.reply = reply
        let started = try StreamServer { [weak self] stream, _ in
            while let line = try stream.read(through: [10]) {
                guard let self else { return }
                self.heard.withLock { $0.append(line) }
                guard let reply = self.reply(Self.decoded(Array(line.dropFirst(4).dropLast()))) else {
                    return
                }
                try stream.write(reply)
            }
        }
        server.withLock { $0 = started }
    }

    public var port: Int { server.withLock { $0?.port ?? 0 } }
    public var connectionsEver: Int { server.withLock { $0?.connectionsEver ?? 0 } }

    /// The request lines so far, as they came.
    public func takeRequests() -> [[UInt8]] {
        heard.withLock { heard in
            defer { heard = [] }
            return heard
        }
    }

    public static func encoded(_ text: [UInt8]) -> [UInt8] {
        text.flatMap { (byte: UInt8) -> [UInt8] in
            guard byte <= 0x20 || byte >= 0x7F || byte == UInt8(ascii: "%") else { return [byte] }
            let digits = String(byte, radix: 16)
            return Array("%\(digits.utf8.count == 1 ? "0" : "")\(digits)".utf8)
        }
    }

    public static func decoded(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "%"), index + 2 < text.count,
                let byte = UInt8(String(decoding: text[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
            {
                result.append(byte)
                index += 3
            } else {
                result.append(text[index])
                index += 1
            }
        }
        return result
    }
}
