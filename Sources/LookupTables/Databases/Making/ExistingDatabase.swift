import Glibc
import Logging
import PostfixConfig

/// The file that a draft will take the place of.
struct ExistingDatabase {
    let mode: mode_t
    let owner: (uid: uid_t, gid: gid_t)
    private let kind: DatabaseKind
    private let path: String
    private let isEmpty: Bool

    /// Nil where there is none.
    ///
    /// - Throws: where it may not be replaced.
    init?(_ kind: DatabaseKind, path: String, logger: Logger) throws(TableError) {
        self.kind = kind
        self.path = path
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        let action: String
        switch kind {
        case .hash, .btree: action = "open \(path)"
        case .lmdb: action = "open database \(path)"
        case .cdb: action = "rename database from \(path).tmp to \(path)"
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw TableError("\(action): \(SystemError(EISDIR))")
        }
        // Whoever may not write the file may not replace it either, as if it were written in place.
        guard kind == .cdb || faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0 else {
            throw TableError("\(action): \(SystemError())")
        }
        mode = status.st_mode & 0o7777
        owner = (status.st_uid, status.st_gid)
        isEmpty = status.st_size == 0
        if isEmpty, kind.lock == .whole { logger.warning("removing zero-length database file: \(path)") }
    }

    /// Opens it and keeps others from changing it, and of `hash:` and `btree:` from reading it, while the
    /// result lives. Nil where it has nothing.
    func openLocked() throws(TableError) -> OpenDatabase? {
        if isEmpty { return nil }
        do throws(SystemError) {
            while true {
                let database = try OpenDatabase(kind, path: path, forWriting: true)
                if let style = kind.lock {
                    _ = try FileLock.take(database.file.descriptor, style, .exclusive, waits: true)
                }
                if database.file.isInPlace { return database }
            }
        } catch {
            throw TableError("open database \(path): \(error)")
        }
    }
}
