extension DatabaseHost {
    /// `name`, `name:port`, `[address]:port`, or an IPv6 address alone, as an element of `hosts`.
    ///
    /// - Parameter description: as the operator wrote it.
    package init(inet text: Substring, description: String) throws(TableError) {
        var name = text
        var port: UInt16?
        if text.hasPrefix("["), let bracket = text.firstIndex(of: "]") {
            name = text[text.index(after: text.startIndex)..<bracket]
            port = try Self.port(text[text.index(after: bracket)...], of: description)
        } else if let colon = text.firstIndex(of: ":"), text[colon...].filter({ $0 == ":" }).count == 1 {
            name = text[..<colon]
            port = try Self.port(text[colon...], of: description)
        }
        guard !name.isEmpty else { throw TableError("hosts: \"\(description)\" names no host") }
        self.init(.inet(name: String(name), port: port), description: description)
    }

    /// - Parameter text: `:port`, or nothing.
    private static func port(_ text: Substring, of word: String) throws(TableError) -> UInt16? {
        guard !text.isEmpty else { return nil }
        guard text.hasPrefix(":"), let port = UInt16(text.dropFirst()), port > 0 else {
            throw TableError("hosts: \"\(word)\" has no port number from 1 to 65535 after the colon")
        }
        return port
    }
}
