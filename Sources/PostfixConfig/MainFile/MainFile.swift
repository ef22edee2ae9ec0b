/// main.cf as it is written: entries in their order, nothing expanded.
public struct MainFile: Sendable {
    /// One `name = value`.
    public struct Entry: Hashable, Sendable {
        public let name: String
        /// Without white space at both ends.
        public let value: String
        /// The line of main.cf that it starts on, counted from 1.
        public let line: Int
    }

    public let path: String
    /// In the order of the file.
    public let entries: [Entry]
    /// What can be said without knowing any parameter: lines that are no entry, entries that are set twice.
    public let problems: [ConfigurationProblem]

    /// - Throws: a problem with the system's words where the file cannot be read.
    public init(path: String) throws(ConfigurationProblem) {
        do {
            self.init(path: path, text: try FileContent.read(path))
        } catch {
            throw ConfigurationProblem(
                .error, file: path, "open: \(error.description)",
                cure:
                    "name the directory that holds main.cf with -c or MAIL_CONFIG, or make the file readable")
        }
    }

    public init(path: String, text: some Sequence<UInt8>) {
        var entries: [Entry] = []
        var problems: [ConfigurationProblem] = []
        var latest: [String: Entry] = [:]
        for line in LogicalLines.read(text) {
            let number = line.numbers.lowerBound
            if let misplacement = line.misplacement {
                problems.append(.init(.warning, file: path, line: number, misplacement))
                continue
            }
            do {
                let (name, value) = try Self.split(line.bytes)
                let entry = Entry(name: name, value: value, line: number)
                if let earlier = latest[name] {
                    problems.append(
                        .init(
                            .warning, file: path, line: number, parameter: name,
                            "overriding earlier entry: \(name)=\(earlier.value)",
                            cure: "keep one of the two; the other is on line \(earlier.line)"))
                }
                latest[name] = entry
                entries.append(entry)
            } catch {
                problems.append(.init(.error, file: path, line: number, error.description))
            }
        }
        self.path = path
        self.entries = entries
        self.problems = problems
    }

    /// `name = value` as two texts; see ``Entry/split(_:)``.
    static func split(_ line: [UInt8]) throws(ParameterValueError) -> (name: String, value: String) {
        let text = line[...].trimmed
        let name = text.prefix { !$0.isSpace && $0 != UInt8(ascii: "=") }
        let rest = text[name.endIndex...].drop(while: \.isSpace)
        let whole = String(decoding: line, as: UTF8.self)
        if name.isEmpty { throw ParameterValueError("missing attribute name: \"\(whole)\"") }
        guard rest.first == UInt8(ascii: "=") else {
            throw ParameterValueError("missing '=' after attribute name: \"\(whole)\"")
        }
        return (
            String(decoding: name, as: UTF8.self), String(decoding: rest.dropFirst().trimmed, as: UTF8.self)
        )
    }
}

extension MainFile.Entry {
    /// Takes `name = value` apart, white space around both left out.
    /// - Throws: what is missing, in Postfix's words.
    public static func split(_ text: String) throws(ParameterValueError) -> (name: String, value: String) {
        try MainFile.split(Array(text.utf8))
    }
}
