extension MasterService {
    /// Where each field starts, unless the one before it is too long.
    private static let columns = [0, 11, 17, 25, 33, 41, 49, 57]

    /// The line as `postconf -M` prints it and writes it to master.cf.
    /// - Parameter folds: whether options and long lines go on in the next, indented.
    public func line(folds: Bool) -> String {
        var line = ""
        for field in Field.allCases {
            if field != .service { line += " " }
            line += String(repeating: " ", count: max(0, Self.columns[field.rawValue] - line.utf8.count))
            if field != .command { line += text(of: field) }
        }
        return line + commandLines(folds: folds, column: line.utf8.count)
    }

    /// The command, each `-o` option on a line of its own where it is folded.
    /// - Parameter column: how much stands on the first line already.
    public func commandLines(folds: Bool, column: Int = 0) -> String {
        var text = command.first ?? ""
        var column = column + text.utf8.count
        let options = Set(optionIndices)
        var index = 1
        var followsOption = false
        while index < command.count {
            var word = Self.quoted(command[index])
            let isOption = options.contains(index)
            if isOption {
                word += " " + Self.quoted(command[index + 1])
                index += 1
            }
            index += 1
            if folds, isOption || followsOption || column + 1 + word.utf8.count >= LineFolding.limit {
                text += "\n" + LineFolding.indentation
                column = LineFolding.indentation.utf8.count
            } else {
                text += " "
                column += 1
            }
            text += word
            column += word.utf8.count
            followsOption = isOption
        }
        return text
    }
}
