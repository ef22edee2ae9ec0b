import MailFormat

/// One destination of an alias, an included list or a .forward file: aliases(5).
package enum LocalTarget: Hashable, Sendable {
    case address(MailAddress)
    /// `/file/name`
    case file(String)
    /// `|command`, without the bar.
    case command(String)
    /// `:include:/file/name`
    case include(String)

    /// Reads a list: addresses as a To: field has them, separated by commas.
    ///
    /// - Parameter home: what `~` stands for, in a .forward file.
    static func parse(_ text: String, home: String? = nil) -> [LocalTarget] {
        AddressList.parse(text).map { LocalTarget($0, home: home) }
    }

    /// Reads a file's lines. A line that begins with white space continues the one before; `#` begins a comment line.
    package static func parse(lines text: String, home: String? = nil) -> [LocalTarget] {
        var logical: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
            guard let first = line.first(where: { !$0.isWhitespace }), first != "#" else { continue }
            if line.first?.isWhitespace == true, let last = logical.indices.last {
                logical[last] += line
            } else {
                logical.append(String(line))
            }
        }
        return logical.flatMap { parse($0, home: home) }
    }

    private init(_ address: MailAddress, home: String?) {
        let text = address.text
        if text.hasPrefix("/") {
            self = .file(text)
        } else if text.hasPrefix("~/"), let home {
            self = .file(home + text.dropFirst())
        } else if text.hasPrefix("|") {
            self = .command(String(text.dropFirst()))
        } else if ASCII.hasPrefix(text, ":include:") {
            self = .include(String(text.dropFirst(9)))
        } else {
            self = .address(address)
        }
    }

    /// As explanations show it.
    package var shown: MailAddress {
        switch self {
        case .address(let address): address
        case .file(let path): MailAddress(localPart: path, domain: nil)
        case .command(let command): MailAddress(localPart: "|\(command)", domain: nil)
        case .include(let path): MailAddress(localPart: ":include:\(path)", domain: nil)
        }
    }
}
