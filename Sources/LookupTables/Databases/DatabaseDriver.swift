import Glibc
import PostfixConfig

/// `hash:`, `btree:`, `lmdb:` or `cdb:`.
public struct DatabaseDriver: TableMaker {
    let kind: DatabaseKind

    /// A driver for each kind.
    public static var all: [any TableDriver] { DatabaseKind.allCases.map(DatabaseDriver.init) }

    public init(_ kind: DatabaseKind) {
        self.kind = kind
    }

    public var type: String { kind.rawValue }

    public func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        try DatabaseTable(kind, name: name, folding: opener.folding, logger: opener.logger)
    }

    public func draft(
        of name: String, _ plan: DraftPlan, for opener: TableOpener
    ) throws(TableError) -> any TableDraft {
        if plan.beginning == .existing { try checkThatChangesArePossible() }
        return try makeDraft(of: name, plan, for: opener)
    }

    public func remove(
        _ keys: [[UInt8]], from name: String, for opener: TableOpener
    ) throws(TableError) -> Bool {
        try checkThatChangesArePossible()
        let path = kind.file(of: name)
        do throws(SystemError) {
            _ = try DatabaseBytes(path: path, forWriting: true)
        } catch {
            // Postfix makes an empty table of this kind then, and finds nothing in it.
            if kind == .lmdb, error.number == ENOENT { return false }
            throw TableError("open database \(path): \(error)")
        }
        let draft = try makeDraft(of: name, DraftPlan(beginning: .existing, doubles: .ignore), for: opener)
        guard try draft.leaveBehind(Set(keys.flatMap { [$0, $0 + [0]] })) else { return false }
        try draft.finish()
        return true
    }

    /// A cdb file is made once and never changed.
    private func checkThatChangesArePossible() throws(TableError) {
        guard kind == .cdb else { return }
        throw TableError(
            "dict_cdb_open: inappropriate open flags for cdb database - specify O_RDONLY or O_WRONLY|O_CREAT|O_TRUNC"
        )
    }

    private func makeDraft(
        of name: String, _ plan: DraftPlan, for opener: TableOpener
    ) throws(TableError) -> DatabaseDraft {
        func size(_ parameter: String) -> Int? {
            opener.configuration.value(named: parameter).flatMap(Int.init).flatMap { $0 > 0 ? $0 : nil }
        }
        var settings = DatabaseSettings()
        if let size = size("berkeley_db_create_buffer_size") { settings.berkeleyCreateBufferSize = size }
        if let size = size("lmdb_map_size") { settings.lmdbMapSize = size }
        return try DatabaseDraft(kind, name: name, plan: plan, settings: settings, logger: opener.logger)
    }
}
