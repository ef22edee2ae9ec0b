import Glibc
import Logging
import PostfixConfig

/// A table in a file, in the making.
final class DatabaseDraft: TableDraft {
    private let kind: DatabaseKind
    private let name: String
    private let plan: DraftPlan
    private let settings: DatabaseSettings
    private let logger: Logger
    private let directory: DraftDirectory
    private let sorter: EntrySorter
    private var warnings: DraftWarnings
    private let existing: ExistingDatabase?
    /// The table as it is, from when entries of it go over, so that no other change is lost. Whoever adds
    /// entries by hand does not keep it locked while they think: it is opened in the end.
    private var locked: OpenDatabase?
    /// Keys that do not go over, as they stand in the file.
    private var removed: Set<[UInt8]> = []
    private var bytes: UInt64 = 0
    /// The turn of the next entry of the source; all come after those of the table as it is.
    private var turn: UInt64 = 1 << 40
    private var path: String { kind.file(of: name) }

    init(
        _ kind: DatabaseKind, name: String, plan: DraftPlan, settings: DatabaseSettings, logger: Logger
    ) throws(TableError) {
        (self.kind, self.name, self.plan, self.settings, self.logger) = (kind, name, plan, settings, logger)
        warnings = DraftWarnings(logger)
        let path = kind.file(of: name)
        existing = try ExistingDatabase(kind, path: path, logger: logger)
        do throws(SystemError) {
            directory = try DraftDirectory(for: path)
        } catch {
            // Postfix makes a cdb file under another name too, and tells it.
            let made = kind == .cdb ? "\(path).tmp" : path
            throw TableError("open database \(made): \(error)")
        }
        sorter = EntrySorter(directory: directory.path)
    }

    /// Leaves keys of the table as it is behind.
    ///
    /// - Parameter keys: as they stand in the file.
    /// - Returns: whether one of them was there.
    func leaveBehind(_ keys: Set<[UInt8]>) throws(TableError) -> Bool {
        locked = try existing?.openLocked()
        guard let locked else { return false }
        removed = keys
        do throws(DatabaseTrouble) {
            for key in keys where try locked.storedValue(of: key) != nil { return true }
            return false
        } catch {
            throw Self.failed("open database \(path)", error)
        }
    }

    private func takeExisting() throws(TableError) {
        if locked == nil { locked = try existing?.openLocked() }
        var turn: UInt64 = 0
        do {
            try locked?.forEachStored { key, value in
                guard !removed.contains(key) else { return }
                try addStored(key, value, turn: turn, replaces: false)
                turn += 1
            }
        } catch {
            // What is no database at all, Postfix does not open.
            throw Self.failed(Self.isForeign(error) ? "open database \(path)" : "read \(path)", error)
        }
    }

    private static func isForeign(_ error: any Error) -> Bool {
        if case .foreign = error as? DatabaseTrouble { true } else { false }
    }

    func add(_ key: [UInt8], _ value: [UInt8], replaces: Bool) throws(TableError) {
        let hasNUL =
            switch plan.ending {
            case .customary: kind.endsWithNUL
            case .withNUL: true
            case .withoutNUL: false
            }
        let ending: [UInt8] = hasNUL ? [0] : []
        let stored = key + ending
        guard kind != .lmdb || 1...kind.longestKey ~= stored.count else {
            throw TableError(
                "error updating lmdb:\(name): MDB_BAD_VALSIZE: Unsupported size of key/DB name/data, "
                    + "or wrong DUPFIXED size")
        }
        do throws(SystemError) {
            try addStored(stored, value + ending, turn: turn, replaces: replaces)
            turn += 1
        } catch {
            throw Self.failed("write beside \(path)", error)
        }
    }

    private func addStored(
        _ key: [UInt8], _ value: [UInt8], turn: UInt64, replaces: Bool
    ) throws(SystemError) {
        bytes += UInt64(kind.room(of: key) + kind.room(of: value))
        try sorter.add(
            key, value, rank: kind.rank(of: key), sequence: turn,
            replaces: replaces || plan.doubles == .replace)
    }

    func warn(_ text: String) { warnings.add(text, at: turn) }

    func abandon() { warnings.print() }

    func finish() throws(TableError) {
        do {
            if plan.beginning == .existing { try takeExisting() }
            let made = "table"
            try writeEntries(
                to: try kind.writer(
                    path: directory.appending(made), entries: sorter.count, bytes: bytes, settings: settings))
            plan.progress?(1)
            warnings.print()
            let keepsRights = kind != .cdb
            try directory.putInPlace(
                made, mode: keepsRights ? existing?.mode ?? plan.mode : plan.mode,
                owner: keepsRights ? existing?.owner : nil)
        } catch {
            plan.progress?(1)
            warnings.print()
            throw error as? TableError ?? Self.failed("write \(path)", error)
        }
    }

    private func writeEntries(to writer: any DatabaseWriter) throws {
        var entries: UInt64 = 0
        let step = max(1, sorter.count / 1000)
        /// The entry that the key has so far; a later one may take its place.
        var pending: SortedEntry?
        try sorter.forEachSorted { entry in
            entries += 1
            if entries % step == 0 { plan.progress?(Double(entries) / Double(sorter.count)) }
            guard let earlier = pending, earlier.hasKey(of: entry) else {
                if let earlier = pending { try writer.append(earlier.key, earlier.value) }
                pending = entry
                return
            }
            if entry.replaces {
                pending = entry
            } else if plan.doubles == .warn {
                let key = PrintableText.of(OpenDatabase.text(Array(entry.key)))
                warnings.add("\(kind.makingName(of: name)): duplicate entry: \"\(key)\"", at: entry.sequence)
            }
        }
        if let last = pending { try writer.append(last.key, last.value) }
        try writer.finish()
    }

    private static func failed(_ action: String, _ error: any Error) -> TableError {
        TableError("\(action): \(error)")
    }
}

/// Warnings, put into the order of the source: what is wrong with a line is seen when it is read, but that a
/// key was there before only when all are sorted.
struct DraftWarnings {
    private var kept: [(place: UInt64, text: String)] = []
    private let logger: Logger
    /// So many are put in order; of more the first are printed as they come.
    private static let most = 100_000

    init(_ logger: Logger) {
        self.logger = logger
    }

    mutating func add(_ text: String, at place: UInt64) {
        if kept.count == Self.most { print() }
        kept.append((place, text))
    }

    mutating func print() {
        // A line's own warning was made before the next entry had its place, and so comes before that
        // entry's.
        for (_, text) in kept.enumerated().sorted(by: {
            ($0.element.place, $0.offset) < ($1.element.place, $1.offset)
        }).map(\.element) {
            logger.warning("\(text)")
        }
        kept.removeAll()
    }
}
