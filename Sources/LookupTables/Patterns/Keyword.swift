import PostfixConfig

extension ArraySlice<UInt8> {
    /// What follows a keyword at the start, in upper or lower case; nil where the line begins with another word.
    ///
    /// - Parameter word: in lower case.
    func afterKeyword(_ word: String) -> ArraySlice<UInt8>? {
        let head = prefix(word.utf8.count)
        guard head.count == word.utf8.count, zip(head, word.utf8).allSatisfy({ $0 | 0x20 == $1 }) else {
            return nil
        }
        let rest = self[head.endIndex...]
        return rest.first?.isAlphanumeric == true ? nil : rest
    }
}

extension UInt8 {
    /// A letter or digit of ASCII.
    var isAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
