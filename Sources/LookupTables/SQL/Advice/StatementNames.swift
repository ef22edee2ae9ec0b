/// The names in a statement, as far as anybody can tell who does not know its grammar.
struct StatementNames {
    /// Every word, in lower case.
    let words: Set<String>
    /// What stands behind FROM, JOIN, and the commas of a FROM; at most so many as one question is put for.
    let tables: [String]

    private static let mostTables = 4

    init(_ statement: String) {
        var words: Set<String> = []
        var tables: [String] = []
        var isTableNext = false
        var isInFrom = false
        for token in Self.tokens(statement) {
            let folded = token.lowercased()
            words.insert(folded)
            for part in folded.split(separator: ".") { words.insert(String(part)) }
            switch folded {
            case "from", "join": (isTableNext, isInFrom) = (true, true)
            case "where", "on", "using", "set", "union", "order", "group":
                (isTableNext, isInFrom) = (false, false)
            case ",": isTableNext = isInFrom
            // A SELECT in parentheses.
            case "(": isTableNext = false
            default:
                guard isTableNext else { continue }
                isTableNext = false
                if let name = Self.last(of: token), !tables.contains(name), tables.count < Self.mostTables {
                    tables.append(name)
                }
            }
        }
        self.words = words
        self.tables = tables
    }

    /// The table or column of a name with its owner: `mail.virtual_users` is `virtual_users`; nil for what is no name.
    static func last(of name: String) -> String? {
        let last = name.split(separator: ".").last.map(String.init) ?? ""
        return last.isEmpty || !last.utf8.allSatisfy(isInName) ? nil : last
    }

    /// Names without their quotation marks, commas and parentheses. Texts are left out.
    private static func tokens(_ statement: String) -> [String] {
        var tokens: [String] = []
        var name: [UInt8] = []
        var isInText = false
        func end() {
            if !name.isEmpty { tokens.append(String(decoding: name, as: UTF8.self)) }
            name = []
        }
        for byte in statement.utf8 {
            if byte == UInt8(ascii: "'") {
                end()
                isInText.toggle()
            } else if isInText {
                continue
            } else if isInName(byte) || byte == UInt8(ascii: ".") {
                name.append(byte)
            } else if byte != UInt8(ascii: "`"), byte != UInt8(ascii: "\"") {
                end()
                if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "(") {
                    tokens.append(String(decoding: [byte], as: UTF8.self))
                }
            }
        }
        end()
        return tokens
    }

    private static func isInName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
            true
        default: false
        }
    }
}
