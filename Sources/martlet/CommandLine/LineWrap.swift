import Foundation

/// Lines as a terminal of some width shows them best: broken at blanks, and what follows set in under what it belongs to.
///
/// Commands are left whole, so that they can be copied.
struct LineWrap {
    let width: Int

    /// That of the terminal on standard output; nil where there is none: lines in a pipe are for grep.
    static var ofTerminal: LineWrap? {
        var size = winsize()
        guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0,
            size.ws_col >= 40
        else { return nil }
        return LineWrap(width: Int(size.ws_col))
    }

    func wrap(_ line: String) -> [String] {
        let plain = Self.plain(line)
        guard plain.count > width, !plain.trimmingPrefix(while: \.isWhitespace).hasPrefix("cure ") else {
            return [line]
        }
        let hanging = min(Self.hanging(plain), width / 2)
        var lines: [String] = []
        var current = ""
        var used = 0
        for (index, word) in line.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
            let length = Self.plain(String(word)).count
            let isEmpty = used == (lines.isEmpty ? 0 : hanging)
            if index > 0, used + 1 + length > width, !isEmpty, used > hanging {
                lines.append(current)
                current = String(repeating: " ", count: hanging)
                used = hanging
            } else if index > 0, !(isEmpty && !lines.isEmpty) {
                current += " "
                used += 1
            }
            current += word
            used += length
        }
        return lines + [current]
    }

    /// Where the text begins behind a line's label.
    ///
    ///       note      john@example.org is a mailbox
    ///                 ^
    private static func hanging(_ line: String) -> Int {
        let indent = line.prefix { $0 == " " }.count
        let rest = line.dropFirst(indent)
        if indent == 0 { return 2 }
        if rest.hasPrefix("not asked ") { return indent + 10 }
        // The branches of a tree.
        if let first = rest.first, "├└│".contains(first) {
            return indent + rest.prefix { "├└│─ ".contains($0) }.count + 2
        }
        let label = rest.prefix { $0 != " " }.count
        let gap = rest.dropFirst(label).prefix { $0 == " " }.count
        return gap >= 2 && label + gap <= 12 ? indent + label + gap : indent + 2
    }

    /// Without the escape sequences of colours.
    private static func plain(_ text: String) -> String {
        guard text.contains("\u{1b}") else { return text }
        var plain = ""
        var isEscape = false
        for character in text {
            if character == "\u{1b}" {
                isEscape = true
            } else if isEscape {
                isEscape = character != "m"
            } else {
                plain.append(character)
            }
        }
        return plain
    }
}
