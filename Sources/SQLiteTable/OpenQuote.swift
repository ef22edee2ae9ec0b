/// In which kind of quotation marks the end of a statement's text stands.
///
///     SELECT v FROM t WHERE k = '…            '
///     SELECT v FROM t WHERE k = "…            "
enum OpenQuote {
    /// - Returns: the mark that would end what is open; nil where nothing is, or a comment.
    static func closing(_ statement: [UInt8]) -> UInt8? {
        var closing: UInt8?
        var index = 0
        while index < statement.count {
            let byte = statement[index]
            let next = index + 1 < statement.count ? statement[index + 1] : 0
            if closing != nil {
                // A mark that is doubled ends the text and opens it again, which comes to the same.
                if byte == closing { closing = nil }
            } else {
                switch (byte, next) {
                case (UInt8(ascii: "'"), _), (UInt8(ascii: "\""), _), (UInt8(ascii: "`"), _): closing = byte
                case (UInt8(ascii: "["), _): closing = UInt8(ascii: "]")
                case (UInt8(ascii: "-"), UInt8(ascii: "-")):
                    guard let end = statement[index...].firstIndex(of: 10) else { return nil }
                    index = end
                case (UInt8(ascii: "/"), UInt8(ascii: "*")):
                    index += 2
                    while index < statement.count, !statement[index...].starts(with: "*/".utf8) { index += 1 }
                    index += 1
                default: break
                }
            }
            index += 1
        }
        return closing
    }

    private static let apostrophe = UInt8(ascii: "'")

    /// Appends a value so that it stays inside the marks that the statement has opened. Where it has opened none,
    /// apostrophes are doubled, as Postfix does everywhere.
    static func append(_ value: some Sequence<UInt8>, to statement: inout [UInt8]) {
        let start = statement.count
        statement.append(contentsOf: value)
        guard statement[start...].contains(where: { $0 == apostrophe || $0 == 0x22 || $0 == 0x60 }) else {
            return
        }
        let added = Array(statement[start...])
        statement.removeLast(added.count)
        let open = closing(statement)
        let mark = open == 0x22 || open == 0x60 ? open : apostrophe
        for byte in added {
            if byte == mark { statement.append(byte) }
            statement.append(byte)
        }
    }
}
