import NIOCore

/// The replies of socketmap_table(5): a netstring each.
///
///     C: 21:aliases jack@here.test,
///     S: 17:OK john@here.test,
///     S: 9:NOTFOUND ,
///     S: 19:TEMP database away,
struct SocketmapWire: Wire {
    enum Reply: Hashable, Sendable {
        case found([UInt8])
        case absent
        /// The server could not tell. The class of the error in Postfix's words, and the server's words.
        case failed(String, [UInt8])
    }

    /// What Postfix's client takes.
    static let longestReply = 100_000

    var window: Int { 1 }

    mutating func nextReply(_ input: inout ByteBuffer) throws(WireViolation) -> Reply? {
        guard let content = try Netstring.next(&input, limit: Self.longestReply) else { return nil }
        let blank = content.firstIndex(of: 0x20)
        let status = String(decoding: content[..<(blank ?? content.endIndex)].prefix(16), as: UTF8.self)
        let rest = blank.map { content[($0 + 1)...] }
        switch status {
        // Without a blank there are no data: Postfix takes it for not found.
        case "OK": return rest.map { .found(Array($0)) } ?? .absent
        case "NOTFOUND": return .absent
        default:
            let error =
                switch status {
                case "TEMP": "temporary"
                case "TIMEOUT": "timeout"
                case "PERM": "permanent"
                default: "unknown"
                }
            return .failed(
                error, rest.map { Array($0.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }) } ?? [])
        }
    }
}
