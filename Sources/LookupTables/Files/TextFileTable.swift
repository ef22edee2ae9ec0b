import Logging
import PostfixConfig
import Synchronization

/// `texthash:/etc/postfix/virtual`: the text file itself, without compiling it first.
///
/// The file is looked at again at most once a second, and read again when it was changed.
final class TextFileTable: ListableTable, TextTable {
    let name: String
    private let path: String
    private let folding: KeyFolding
    private let logger: Logger
    private let content: Mutex<Content>

    private struct Content {
        var table: FixedTable
        var stamp: FileContent.Stamp
        var lastLook: ContinuousClock.Instant
    }

    init(path: String, folding: KeyFolding, logger: Logger) throws(TableError) {
        name = "texthash:\(path)"
        self.path = path
        self.folding = folding
        self.logger = logger
        let (table, stamp) = try Self.read(path, folding: folding, logger: logger)
        content = Mutex(Content(table: table, stamp: stamp, lastLook: .now))
    }

    var keys: LookupKeys { .fixed }

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        observer?.asked(statement: key, host: "", duration: .zero)
        return try current()[key]
    }

    func entries() async throws(LookupFailure) -> [(key: String, value: String)] {
        try current().entries
    }

    private func current() throws(LookupFailure) -> FixedTable {
        let result: Result<FixedTable, TableError> = content.withLock { content in
            let now = ContinuousClock.now
            guard now - content.lastLook >= .seconds(1) else { return .success(content.table) }
            // A file that is gone now fails the lookups of this second; the next second looks again.
            if FileContent.Stamp(path: path) != content.stamp {
                do throws(TableError) {
                    (content.table, content.stamp) = try Self.read(path, folding: folding, logger: logger)
                } catch {
                    return .failure(error)
                }
            }
            content.lastLook = now
            return .success(content.table)
        }
        do {
            return try result.get()
        } catch {
            throw LookupFailure(table: name, cause: .configuration, reason: error.description)
        }
    }

    private static func read(
        _ path: String, folding: KeyFolding, logger: Logger
    ) throws(TableError) -> (FixedTable, FileContent.Stamp) {
        do throws(FileContent.Failure) {
            let (bytes, stamp) = try FileContent.readStamped(path)
            let source = TextFileSource(bytes, path: path, folding: folding)
            for warning in source.warnings { logger.warning("\(warning)") }
            return (source.table, stamp)
        } catch {
            throw TableError(
                error.step == .open ? "open database \(path): \(error)" : "read \(path): \(error)")
        }
    }
}

struct TextFileDriver: TableDriver {
    var type: String { "texthash" }

    func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        try TextFileTable(path: name, folding: opener.folding, logger: opener.logger)
    }
}
