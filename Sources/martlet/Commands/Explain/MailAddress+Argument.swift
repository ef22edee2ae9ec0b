import MailFormat

extension MailAddress {
    /// From a command line: with or without `<` and `>`, the local part quoted or not.
    init(argument text: String) {
        var text = text[...]
        if text.hasPrefix("<"), text.hasSuffix(">") { text = text.dropFirst().dropLast() }
        guard text.first == "\"", let end = text.lastIndex(of: "\""), end > text.startIndex else {
            self.init(String(text))
            return
        }
        var local = ""
        var isEscaped = false
        for character in text[text.index(after: text.startIndex)..<end] {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                local.append(character)
                isEscaped = false
            }
        }
        let rest = text[text.index(after: end)...]
        self.init(localPart: local, domain: rest.first == "@" ? String(rest.dropFirst()) : nil)
    }
}
