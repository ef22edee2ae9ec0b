/// What a client is told. Why a lookup failed is in the log alone.
enum LookupReply: Hashable, Sendable {
    case found(String)
    case absent
    case temporaryFailure
    /// A request that makes no sense, or that may not be asked.
    case refused(String)

    func append(to output: inout [UInt8], in dialect: LookupDialect) {
        switch dialect {
        case .socketmap: appendNetstring(to: &output)
        case .tcp: appendLine(to: &output)
        }
    }

    private func appendNetstring(to output: inout [UInt8]) {
        switch self {
        case .found(let value):
            guard value.utf8.count + 3 <= SocketmapWire.longestReply else {
                return Self.temporaryFailure.appendNetstring(to: &output)
            }
            Netstring.append(["OK ".utf8, value.utf8], to: &output)
        case .absent: Netstring.append(["NOTFOUND ".utf8], to: &output)
        case .temporaryFailure: Netstring.append(["TEMP Temporary lookup failure".utf8], to: &output)
        case .refused(let words): Netstring.append(["PERM ".utf8, words.utf8], to: &output)
        }
    }

    private func appendLine(to output: inout [UInt8]) {
        let start = output.count
        let (code, text) =
            switch self {
            case .found(let value): ("200 ", value)
            case .absent: ("500 ", "not found")
            case .temporaryFailure: ("400 ", "Temporary lookup failure")
            case .refused(let words): ("400 ", words)
            }
        output.append(contentsOf: code.utf8)
        PercentEncoding.append(text.utf8, to: &output)
        output.append(UInt8(ascii: "\n"))
        guard output.count - start > TCPTableWire.longestReply else { return }
        // Such a reply would end the client's connection.
        output.removeSubrange(start...)
        Self.temporaryFailure.appendLine(to: &output)
    }
}
