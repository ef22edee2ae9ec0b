/// Changes to main.cf that leave every other line, comment and blank as it was: `postconf -e`, `-X` and `-#`.
public struct MainFileEdit: Sendable {
    public enum Change: Hashable, Sendable {
        /// The entry becomes one line, `name = value`; a new one goes to the end.
        case set(String)
        case remove
        /// A `#` before each of its lines.
        case commentOut
    }

    /// In the order of the requests; a later one for the same name counts.
    public private(set) var changes: [(name: String, change: Change)] = []
    /// What the operator should know about the requests and the file.
    public private(set) var warnings: [String] = []

    public init() {}

    public mutating func request(_ name: String, _ change: Change) {
        if let earlier = changes.firstIndex(where: { $0.name == name }) {
            let removed = changes.remove(at: earlier)
            warnings.append("ignoring earlier request: '\(Self.request(removed.name, removed.change))'")
        }
        changes.append((name, change))
    }

    private static func request(_ name: String, _ change: Change) -> String {
        if case .set(let value) = change { "\(name) = \(value)" } else { name }
    }

    /// - Parameters:
    ///   - file: main.cf as it is.
    ///   - path: how warnings name the file.
    /// - Returns: main.cf as it will be.
    public mutating func apply(to file: [UInt8], path: String) -> [UInt8] {
        let requests = Dictionary(changes.map { ($0.name, $0.change) }) { _, last in last }
        var seen: Set<String> = []
        var result: [UInt8] = []
        var current: Change?
        for (role, line) in PhysicalLines(file) {
            switch role {
            case .neither: result += line
            case .continuation:
                switch current {
                case nil: result += line
                case .commentOut: result += [UInt8(ascii: "#")] + line
                case .set, .remove: break
                }
            case .start:
                let name = String(
                    decoding: line.prefix { !$0.isSpace && $0 != UInt8(ascii: "=") }, as: UTF8.self)
                current = requests[name]
                guard let current else {
                    result += line
                    continue
                }
                if !seen.insert(name).inserted {
                    warnings.append("\(path): multiple entries for \"\(name)\"")
                }
                switch current {
                case .set(let value): result += "\(name) = \(value)\n".utf8
                case .commentOut: result += [UInt8(ascii: "#")] + line
                case .remove: break
                }
            }
        }
        for (name, change) in changes {
            if case .set(let value) = change, !seen.contains(name) { result += "\(name) = \(value)\n".utf8 }
        }
        return result
    }
}
