extension UInt8 {
    /// White space as C's isspace() has it: blank, tab, line feed, vertical tab, form feed, carriage return.
    package var isSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}

extension BidirectionalCollection<UInt8> {
    /// Without the white space at both ends.
    package var trimmed: SubSequence {
        guard let first = firstIndex(where: { !$0.isSpace }), let last = lastIndex(where: { !$0.isSpace })
        else { return self[endIndex...] }
        return self[first...last]
    }
}

extension StringProtocol {
    /// Without the white space at both ends; by bytes, since `\r\n` is one Character.
    package var trimmed: String { String(Substring(Substring(self).utf8.trimmed)) }
}
