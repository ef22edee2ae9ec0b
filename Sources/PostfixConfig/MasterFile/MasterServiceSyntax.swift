// How a line of master.cf is read: master(5).

extension MasterService {
    /// - Throws: what is wrong with the line, in Postfix's words.
    init(line text: [UInt8], number: Int) throws(ParameterValueError) {
        let words = Self.words(text)
        guard words.count > Field.command.rawValue else { throw ParameterValueError("bad field count") }
        let line = String(decoding: text, as: UTF8.self)
        guard let kind = Kind(rawValue: words[1]) else { throw Self.invalid(.type, words[1], in: line) }
        self.init(name: words[0], kind: kind, flags: Array(words[2...6]), command: [], line: number)
        for field in [Field.private, .unprivileged, .chroot, .wakeup, .processLimit] {
            try Self.check(field, flags[field.rawValue - 2], in: line)
        }
        command = Self.command(words[7...].map(Self.unbraced))
    }

    /// Reads a line that is not in a file.
    public init(parsing line: String) throws(ParameterValueError) {
        try self.init(line: Array(line.utf8), number: 0)
    }

    static func command(fromText text: String) -> [String] {
        command(words(Array(text.utf8)).map(unbraced))
    }

    static func check(_ field: Field, _ text: String, in line: String) throws(ParameterValueError) {
        let good =
            switch field {
            case .private, .unprivileged, .chroot: ["y", "n", "-"].contains(text)
            case .wakeup: text == "-" || (text.hasSuffix("?") ? String(text.dropLast()) : text).isAllDigits
            case .processLimit: text == "-" || text.isAllDigits
            case .type: Kind(rawValue: text) != nil
            case .service, .command: !text.isEmpty
            }
        if !good { throw invalid(field, text, in: line) }
    }

    private static func invalid(_ field: Field, _ text: String, in line: String) -> ParameterValueError {
        ParameterValueError("invalid \(field.name) field \"\(text)\" in \"\(line)\"")
    }

    /// Words between white space; `{ … }` is one.
    static func words(_ text: [UInt8]) -> [String] { ListSyntax.split(text, where: \.isSpace) }

    /// A word that stands in braces, without them and the white space next to them.
    private static func unbraced(_ word: String) -> String {
        let bytes = Array(word.utf8)
        guard bytes.first == .openBrace else { return word }
        let end = bytes[...].closing() ?? bytes.endIndex
        return String(decoding: bytes[1..<end].trimmed, as: UTF8.self)
    }

    /// The words of a command, with options as getopt(3) would take them apart: `-vo x=y` is `-v -o x=y`, and
    /// `-o name = value` in braces is `name=value`.
    static func command(_ words: [String]) -> [String] {
        var command = Array(words.prefix(1))
        var rest = words.dropFirst()
        while let word = rest.first, word.hasPrefix("-"), word != "-", word != "--" {
            rest = rest.dropFirst()
            var letters = word.dropFirst()
            while let letter = letters.popFirst() {
                command.append("-\(letter)")
                guard letter == "o" else { continue }
                if let value = letters.isEmpty ? rest.popFirst() : String(letters) {
                    command.append(normalized(value))
                }
                break
            }
        }
        return command + rest
    }

    private static func normalized(_ option: String) -> String {
        guard let (name, value) = try? MainFile.split(Array(option.utf8)) else { return option }
        return "\(name)=\(value)"
    }
}
