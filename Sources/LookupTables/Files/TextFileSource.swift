import PostfixConfig

/// The source of a table, as `postmap` and `texthash:` read it: `key whitespace value`, one a line.
///
/// A key in double quotes may hold white space; the quotes stay part of the key (`texthash:`).
struct TextFileSource {
    private(set) var table: FixedTable
    /// What is wrong where, in Postfix's words: `/etc/postfix/x, line 6: duplicate entry: "k1"`.
    private(set) var warnings: [String] = []

    /// - Parameter path: for the warnings.
    init(_ bytes: [UInt8], path: String, folding: KeyFolding) {
        table = FixedTable(folding: folding)
        for line in LogicalLines.read(bytes) {
            let place = "\(path), line \(line.numbers.upperBound)"
            if let misplacement = line.misplacement {
                warnings.append("\(path): \(misplacement)")
                continue
            }
            guard line.validText != nil else {
                warnings.append("\(place): non-UTF-8 input \"\(line.text)\" -- ignoring this line")
                continue
            }
            guard let end = Self.keyEnd(line.bytes) else {
                warnings.append("\(place): unbalanced '\"' in '\(line.text)' -- ignoring this line")
                continue
            }
            let key = String(decoding: line.bytes[..<end], as: UTF8.self)
            let value = String(decoding: line.bytes[end...].trimmed, as: UTF8.self)
            guard !value.isEmpty else {
                warnings.append("\(place): expected format: key whitespace value -- ignoring this line")
                continue
            }
            if key.utf8.last == UInt8(ascii: ":") {
                warnings.append("\(place): record is in \"key: value\" format; is this an alias file?")
            }
            // The first entry of a key counts: later ones are named and left out.
            if table.contains(key) {
                warnings.append("\(place): duplicate entry: \"\(key)\"")
            } else {
                _ = table.add(key, value)
            }
        }
    }

    /// Where the key ends: at the first white space outside double quotes. Nil where a quote is not closed.
    static func keyEnd(_ bytes: [UInt8]) -> Int? {
        var isQuoted = false
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\\"): index += 1
            case UInt8(ascii: "\""): isQuoted.toggle()
            case let byte where byte.isSpace && !isQuoted: return index
            default: break
            }
            index += 1
        }
        return isQuoted ? nil : bytes.count
    }
}
