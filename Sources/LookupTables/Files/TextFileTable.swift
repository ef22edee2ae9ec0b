import Logging
import PostfixConfig

/// `texthash:/etc/postfix/virtual`: the text file itself, without compiling it first.
struct TextFileTable: ListableTable, TextTable {
    let name: String
    private let file: WatchedFile<FixedTable>

    init(path: String, folding: KeyFolding, logger: Logger) throws(TableError) {
        name = "texthash:\(path)"
        file = try WatchedFile(path) { bytes in
            let source = TextFileSource(bytes, path: path, folding: folding)
            for warning in source.warnings { logger.warning("\(warning)") }
            return source.table
        } mistake: { error in
            TableError(error.step == .open ? "open database \(path): \(error)" : "read \(path): \(error)")
        }
    }

    var keys: LookupKeys { .fixed }
    var asksServer: Bool { false }

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        observer?.asked(statement: key, host: "", duration: .zero)
        return try file.current(name)[key]
    }

    func entries() async throws(LookupFailure) -> [(key: String, value: String)] {
        try file.current(name).entries
    }
}

struct TextFileDriver: TableDriver {
    var type: String { "texthash" }

    func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        try TextFileTable(path: name, folding: opener.folding, logger: opener.logger)
    }
}
