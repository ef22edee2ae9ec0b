/// How postconf(1) writes a line: words with one blank between them, folded where that is asked for.
public enum LineFolding {
    /// The longest folded line.
    static let limit = 80
    static let indentation = "    "

    /// - Parameter folds: whether long lines go on in the next, indented.
    public static func text(_ line: String, folds: Bool) -> String {
        var result: [UInt8] = []
        var column = 0
        for word in line.utf8.split(whereSeparator: \.isSpace) {
            if column > 0 {
                if folds, column + 1 + word.count > limit {
                    result += ("\n" + indentation).utf8
                    column = indentation.utf8.count
                } else {
                    result.append(UInt8(ascii: " "))
                    column += 1
                }
            }
            result += word
            column += word.count
        }
        return String(decoding: result, as: UTF8.self)
    }
}
