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
        let values = try Self.readFile(name, known: known, logger: opener.logger)
        read = { values[$0] }
        for (setting, value) in values.sorted(by: { $0.key < $1.key }) { opener.defines("\(setting)=\(value)") }
    }

    package func text(_ setting: String) -> String? { read(prefix + setting) }

    package func text(_ setting: String, default value: String) throws(TableError) -> String {
        let text = self.text(setting) ?? value
        guard !text.isEmpty else { throw mistake("bad string length 0 < 1", setting, text) }
        return text
    }

    package func required(_ setting: String) throws(TableError) -> String { try text(setting, default: "") }

    package func number(_ setting: String, default value: Int) throws(TableError) -> Int {
        guard let text = text(setting) else { return value }
        guard let number = Int(text) else { throw mistake("bad numerical configuration", setting, text) }
        return number
    }

    package func flag(_ setting: String, default value: Bool) throws(TableError) -> Bool {
        guard let text = text(setting) else { return value }
        switch text.lowercased() {
        case "yes": return true
        case "no": return false
        default: throw mistake("bad boolean configuration", setting, text)
        }
    }

    package func seconds(_ setting: String, default value: Int) throws(TableError) -> Duration {
        let number = try number(setting, default: value)
        guard number >= 0 else { throw mistake("must not be negative", setting, "\(number)") }
        return .seconds(number)
    }

    package func mistake(_ problem: String, _ setting: String, _ value: String) -> TableError {
        let place = path.isEmpty ? "" : "\(path): "
        return TableError("\(place)\(problem): \(prefix)\(setting) = \(value)")
    }

    private static func readFile(
        _ path: String, known: Set<String>, logger: Logger
    ) throws(TableError) -> [String: String] {
        let bytes: [UInt8]
        do throws(FileContent.Failure) {
            bytes = try FileContent.read(path)
        } catch {
            throw TableError("\(error.step == .open ? "open" : "read") \(path): \(error)")
        }
        var values: [String: String] = [:]
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
            if let earlier = values.updateValue(value, forKey: name) {
                let shown = name == "password" ? "(hidden)" : earlier
                logger.warning("\(place): overriding earlier entry: \(name)=\(shown)")
            }
        }
        return values
    }
}

extension LogicalLine {
    /// The line for a message, save for one that may hold a password.
    fileprivate var safeText: String { isAboutPassword ? "(a line about a password)" : text }

    fileprivate var isAboutPassword: Bool { text.lowercased().contains("password") }
}
