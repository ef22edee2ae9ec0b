import Logging
import PostfixConfig

/// Where the rules of a pattern table stand: in a file, or in main.cf itself.
///
///     regexp:/etc/postfix/access.regexp
///     regexp:{ {/^postmaster@/ OK}, {/^[^@]+$/ REJECT} }
///
/// The second form is read as if each rule were a line of a file.
enum PatternSource<Rules: Sendable>: Sendable {
    case file(WatchedFile<Rules>)
    case inline(Rules)

    /// - Parameter parse: makes the rules of the lines, and logs what is wrong with them.
    init(
        type: String, name: String, logger: Logger,
        parse: @escaping @Sendable ([LogicalLine]) -> Rules
    ) throws(TableError) {
        @Sendable func rules(_ bytes: [UInt8]) -> Rules {
            parse(
                LogicalLines.read(bytes).filter { line in
                    guard let misplacement = line.misplacement else { return true }
                    logger.warning("\(name): \(misplacement)")
                    return false
                })
        }
        guard name.hasPrefix("{") else {
            self = .file(
                try WatchedFile(name, parse: rules) { error in
                    TableError(
                        error.step == .open
                            ? "open \(name): \(error)" : "\(type) map \(name): read error: \(error)")
                })
            return
        }
        do {
            let lines = try ListSyntax.split(Braces.inside(name)).map { try Braces.inside($0) }
            self = .inline(rules(Array(lines.joined(separator: "\n").utf8)))
        } catch {
            throw TableError("\(type) map: \(error)")
        }
    }

    func current(_ table: String) throws(LookupFailure) -> Rules {
        switch self {
        case .file(let file): try file.current(table)
        case .inline(let rules): rules
        }
    }
}
