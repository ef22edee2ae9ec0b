/// Comparisons without case, byte by byte: what mail means by "the same" for domains and reserved names.
enum ASCII {
    static func lower(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }

    static func equal(_ a: String, _ b: String) -> Bool {
        a.utf8.count == b.utf8.count && a.utf8.elementsEqual(b.utf8) { lower($0) == lower($1) }
    }

    static func hasPrefix(_ text: String, _ prefix: String) -> Bool {
        text.utf8.count >= prefix.utf8.count
            && zip(text.utf8, prefix.utf8).allSatisfy { lower($0) == lower($1) }
    }

    static func hasSuffix(_ text: String, _ suffix: String) -> Bool {
        text.utf8.count >= suffix.utf8.count
            && zip(text.utf8.suffix(suffix.utf8.count), suffix.utf8).allSatisfy { lower($0) == lower($1) }
    }

    /// Lower case; text that has no upper case comes back as it is. Beyond ASCII, Unicode's folding is used.
    static func folded(_ text: String) -> String {
        var isPlain = true
        for byte in text.utf8 where byte >= 0x80 || byte &- UInt8(ascii: "A") < 26 {
            isPlain = false
            break
        }
        return isPlain ? text : text.lowercased()
    }
}
