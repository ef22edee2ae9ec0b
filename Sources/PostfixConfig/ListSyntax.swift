/// Lists in main.cf: separated by commas or white space, where `{ … }` is one element.
public enum ListSyntax {
    public static func split(_ text: some StringProtocol) -> [String] {
        // Bytes, not Characters: "\r\n" and a space with a combining mark are single Characters.
        split(text.utf8) { $0 == UInt8(ascii: ",") || $0.isSpace }
    }

    /// The same with other separators: words of master.cf are parted by white space alone.
    static func split(_ bytes: some Sequence<UInt8>, where isSeparator: (UInt8) -> Bool) -> [String] {
        var elements: [String] = []
        var current: [UInt8] = []
        var depth = 0
        for byte in bytes {
            if depth == 0, isSeparator(byte) {
                if !current.isEmpty { elements.append(String(decoding: current, as: UTF8.self)) }
                current.removeAll(keepingCapacity: true)
                continue
            }
            if byte == UInt8(ascii: "{") { depth += 1 }
            if byte == UInt8(ascii: "}") { depth = max(0, depth - 1) }
            current.append(byte)
        }
        if !current.isEmpty { elements.append(String(decoding: current, as: UTF8.self)) }
        return elements
    }

    /// The elements in a file that a list names, `/etc/postfix/domains`, on as many lines as it has.
    package static func elements(ofFile path: String) throws(FileContent.Failure) -> [String] {
        LogicalLines.read(try FileContent.read(path)).flatMap { split($0.text) }
    }
}

extension UInt8 {
    var isASCIILetter: Bool { (65...90).contains(self) || (97...122).contains(self) }
    var isASCIIDigit: Bool { (48...57).contains(self) }
}
