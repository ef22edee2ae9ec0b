import NIOCore

/// How the replies of a kind of server look on the wire: a value without I/O, one for each connection.
package protocol Wire: Hashable, Sendable {
    associatedtype Reply: Sendable

    /// How many requests may be under way on a connection.
    ///
    /// 1 where the protocol says "the client sends a request, and the server sends one reply" (tcp_table(5),
    /// socketmap_table(5)): there are servers that take whatever one read gives them for one request, and two
    /// requests in it would get one wrong answer.
    var window: Int { get }

    /// Takes the next reply out of what has come; nil where it is not whole yet.
    ///
    /// - Throws: ``WireViolation`` where this can't become a reply, or one that is too long.
    mutating func nextReply(_ input: inout ByteBuffer) throws(WireViolation) -> Reply?
}

/// What a server sent is no reply, in words that follow the server's name.
package struct WireViolation: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }

    /// What was sent, for a log: its beginning, with nothing that a terminal obeys.
    static func shown(_ bytes: some Sequence<UInt8>, limit: Int = 100) -> String {
        String(
            decoding: bytes.prefix(limit).map { (0x20..<0x7F).contains($0) ? $0 : UInt8(ascii: "?") },
            as: UTF8.self)
    }
}
