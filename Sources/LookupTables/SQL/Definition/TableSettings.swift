import Glibc
import Logging
import PostfixConfig

/// The settings of one map: a `.cf` file with main.cf's syntax, or `name_setting` in main.cf.
package struct TableSettings {
    /// `type:name`.
    package let table: String
    /// The file, for messages; empty where the settings stand in main.cf.
    let path: String
    /// What a setting's name starts with in main.cf: `aliases_`.
    private let prefix: String
    private let read: (String) -> String?
    /// The lines of the file that settings stand on, and those that no such map has.
    private var lines: [String: Int] = [:]
    private var unknown: [String] = []

    /// - Parameters:
    ///   - name: a path that begins with `/` or `.`, or the prefix of parameters in main.cf.
    ///   - known: the settings that this kind of map has; others are warned of.
    package init(type: String, name: String, known: Set<String>, opener: TableOpener) throws(TableError) {
        table = "\(type):\(name)"
        guard name.hasPrefix("/") || name.hasPrefix(".") else {
            path = ""
            prefix = "\(name)_"
            read = opener.configuration.value(named:)
            for setting in known.sorted() { opener.defines("\(setting)=\(text(setting) ?? "")") }
            return
        }
        path = name
        prefix = ""
        let file = try Self.readFile(name, known: known, logger: opener.logger)
        read = { file.values[$0] }
        lines = file.lines
        unknown = file.values.keys.filter { !known.contains($0) }.sorted()
        for (setting, value) in file.values.sorted(by: { $0.key < $1.key }) {
            opener.defines("\(setting)=\(value)")
        }
    }

    package func text(_ setting: String) -> String? { read(prefix + setting) }

    package func text(_ setting: String, default value: String) throws(TableError) -> String {
        let text = self.text(setting) ?? value
        guard !text.isEmpty else {
            throw mistake("bad string length 0 < 1", setting, text, cure: cureForEmpty(setting))
        }
        return text
    }

    package func required(_ setting: String) throws(TableError) -> String { try text(setting, default: "") }

    package func number(_ setting: String, default value: Int) throws(TableError) -> Int {
        guard let text = text(setting) else { return value }
        guard let number = Int(text) else {
            throw mistake(
                "bad numerical configuration", setting, text,
                cure: "write a whole number for \(place(of: setting))")
        }
        return number
    }

    package func flag(_ setting: String, default value: Bool) throws(TableError) -> Bool {
        guard let text = text(setting) else { return value }
        switch text.lowercased() {
        case "yes": return true
        case "no": return false
        default:
            throw mistake(
                "bad boolean configuration", setting, text, cure: "write yes or no for \(place(of: setting))")
        }
    }

    package func seconds(_ setting: String, default value: Int) throws(TableError) -> Duration {
        let number = try number(setting, default: value)
        guard number >= 0 else {
            throw mistake(
                "must not be negative", setting, "\(number)",
                cure: "write a number of seconds for \(place(of: setting))")
        }
        return .seconds(number)
    }

    /// - Parameter cure: what puts it right; nil where the problem says it.
    package func mistake(
        _ problem: String, _ setting: String, _ value: String, cure: String? = nil
    ) -> TableError {
        let place = path.isEmpty ? "" : "\(path): "
        return TableError("\(place)\(problem): \(prefix)\(setting) = \(value)", cure: cure)
    }

    // MARK: Cures

    /// `query in /etc/postfix/aliases.cf, line 4`
    func place(of setting: String) -> String {
        guard !path.isEmpty else { return "\(prefix)\(setting) in main.cf" }
        return "\(setting) in \(path)\(lines[setting].map { ", line \($0)" } ?? "")"
    }

    /// What to write where Postfix's words are "bad string length 0 < 1".
    private func cureForEmpty(_ setting: String) -> String {
        // Nobody means the older settings who has neither them nor a query.
        let wanted = setting == "table" ? "query" : setting
        let task = Self.tasks[wanted] ?? "give it a value"
        guard !path.isEmpty else { return "\(prefix)\(wanted) is not set in main.cf: \(task)" }
        if let line = lines[wanted] { return "\(wanted) is empty in \(path), line \(line): \(task)" }
        let misspelt = unknown.first { Spelling.nearest(to: $0.lowercased(), in: [wanted]) != nil }
        guard let misspelt, let line = lines[misspelt] else { return "\(path) has no \(wanted): \(task)" }
        return "\(path) has no \(wanted), but \(misspelt) in line \(line): write \(wanted) there"
    }

    private static let tasks = [
        "dbpath": "name the database file", "dbname": "name the database",
        "query": "write the statement, such as SELECT destination FROM virtual_aliases WHERE source='%s'",
        "select_field": "name the column that has the answer",
        "where_field": "name the column that has the key",
        "result_format": "write %s, or leave the line out", "uri": "name the server",
    ]

    /// The system's words say what is wrong with a file; this, what to do.
    private static func cure(for path: String, _ failure: FileContent.Failure) -> String? {
        switch failure.error.number {
        case ENOENT:
            let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
            let directory = slash == path.startIndex ? "." : String(path[..<slash])
            let near = FileNames.nearest(to: String(path[slash...]), in: directory)
            return near.map { "did you mean \(path[..<slash])\($0)?" }
                ?? "make the file, or correct its name where it is named"
        case EACCES:
            let user = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "\(geteuid())"
            return "the user \(user) may not read it: martlet check has the mode and the group that it needs"
        default: return nil
        }
    }

    private static func readFile(
        _ path: String, known: Set<String>, logger: Logger
    ) throws(TableError) -> (values: [String: String], lines: [String: Int]) {
        let bytes: [UInt8]
        do throws(FileContent.Failure) {
            bytes = try FileContent.read(path)
        } catch {
            throw TableError(
                "\(error.step == .open ? "open" : "read") \(path): \(error)", cure: cure(for: path, error))
        }
        var values: [String: String] = [:]
        var lines: [String: Int] = [:]
        for line in LogicalLines.read(bytes) {
            let place = "\(path), line \(line.numbers.lowerBound)"
            if let misplacement = line.misplacement {
                let shown =
                    line.isAboutPassword ? "\(line.safeText) must not start with whitespace" : misplacement
                logger.warning("\(path): \(shown)")
                continue
            }
            guard let equals = line.bytes.firstIndex(of: UInt8(ascii: "=")) else {
                throw TableError("\(place): missing '=' after attribute name: \"\(line.safeText)\"")
            }
            let name = String(decoding: line.bytes[..<equals].trimmed, as: UTF8.self)
            let value = String(decoding: line.bytes[(equals + 1)...].trimmed, as: UTF8.self)
            if !known.contains(name) {
                let hint =
                    Spelling.nearest(to: name.lowercased(), in: known.sorted())
                    .map { "; did you mean \"\($0)\"?" } ?? ""
                logger.warning("\(place): unknown setting \"\(name)\" -- ignored\(hint)")
            }
            lines[name] = line.numbers.lowerBound
            if let earlier = values.updateValue(value, forKey: name) {
                let shown = name == "password" ? "(hidden)" : earlier
                logger.warning("\(place): overriding earlier entry: \(name)=\(shown)")
            }
        }
        return (values, lines)
    }
}

extension LogicalLine {
    /// The line for a message, save for one that may hold a password.
    fileprivate var safeText: String { isAboutPassword ? "(a line about a password)" : text }

    fileprivate var isAboutPassword: Bool { text.lowercased().contains("password") }
}
