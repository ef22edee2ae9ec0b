import NIOCore

/// The protocols that a client may speak.
enum LookupDialect: Hashable, Sendable {
    /// socketmap_table(5).
    case socketmap
    /// tcp_table(5).
    case tcp
}

/// A question of a client.
enum LookupRequest: Hashable, Sendable {
    /// - Parameter map: nil where the protocol names none.
    case lookup(map: String?, key: [UInt8])
    /// One that makes no sense, and why; the next one may.
    case malformed(String)
}

/// What a client says, taken apart: the first byte of a connection tells the protocol, for a netstring begins with a
/// digit and a request of tcp_table(5) with a letter. Requests may follow each other without waiting for replies.
struct LookupRequests: Sendable {
    let listener: LookupListener
    /// The longest request.
    let limit: Int
    private(set) var dialect: LookupDialect?

    init(_ listener: LookupListener, limit: Int) {
        self.listener = listener
        self.limit = limit
    }

    /// The next request; nil where it is not whole yet.
    ///
    /// - Throws: ``WireViolation`` where the client must be cut off.
    mutating func next(_ input: inout ByteBuffer) throws(WireViolation) -> LookupRequest? {
        guard let first = input.getInteger(at: input.readerIndex, as: UInt8.self) else { return nil }
        let dialect = dialect ?? ((0x30...0x39).contains(first) ? .socketmap : .tcp)
        self.dialect = dialect
        switch dialect {
        case .socketmap:
            guard listener.takesSocketmap else {
                throw WireViolation("this service does not speak socketmap")
            }
            return try nextNetstring(&input)
        case .tcp:
            guard listener.takesTCP else { throw WireViolation("this service speaks socketmap alone") }
            return try nextLine(&input)
        }
    }

    private func nextNetstring(_ input: inout ByteBuffer) throws(WireViolation) -> LookupRequest? {
        guard let content = try Netstring.next(&input, limit: limit) else { return nil }
        guard let blank = content.firstIndex(of: 0x20) else { return .malformed("expecting: name key") }
        return .lookup(
            map: String(decoding: content[..<blank], as: UTF8.self), key: Array(content[(blank + 1)...]))
    }

    private func nextLine(_ input: inout ByteBuffer) throws(WireViolation) -> LookupRequest? {
        guard let end = input.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else {
            guard input.readableBytes <= limit else {
                throw WireViolation("request longer than \(limit) bytes")
            }
            return nil
        }
        var line = input.readableBytesView[..<end]
        guard line.count <= limit else { throw WireViolation("request longer than \(limit) bytes") }
        input.moveReaderIndex(forwardBy: line.count + 1)
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        guard line.starts(with: "get ".utf8), let key = PercentEncoding.decode(line.dropFirst(4)) else {
            return .malformed("expecting: get key")
        }
        return .lookup(map: nil, key: key)
    }
}
