/// The kinds of table that postmap makes of a text file: DATABASE_README.
public enum DatabaseKind: String, CaseIterable, Sendable {
    case hash, btree, lmdb, cdb

    /// What is added to a table's name for its file: `/etc/aliases.db`.
    public var suffix: String {
        switch self {
        case .hash, .btree: ".db"
        case .lmdb: ".lmdb"
        case .cdb: ".cdb"
        }
    }

    /// Whether keys and values end with a NUL in a table that says nothing else: Postfix's default for the
    /// kind.
    var endsWithNUL: Bool { self != .cdb }

    /// The longest key that the format has room for.
    var longestKey: Int { self == .lmdb ? 511 : Int(Int32.max) }

    /// Who writes such a file in place, and so which lock keeps others from reading it meanwhile.
    var lock: FileLock.Style? {
        switch self {
        // Postfix's postmap empties and fills the file that is there, under flock(2).
        case .hash, .btree: .whole
        // Its writers are under fcntl(2); readers need no lock, see LightningDatabase.
        case .lmdb: .records
        // Only ever replaced.
        case .cdb: nil
        }
    }

    var format: any DatabaseFormat {
        switch self {
        case .hash, .btree: BerkeleyDatabase()
        case .lmdb: LightningDatabase()
        case .cdb: ConstantDatabase()
        }
    }

    /// What the kind's files are, for messages.
    var formatName: String {
        switch self {
        case .hash, .btree: "a Berkeley DB file"
        case .lmdb: "an LMDB file"
        case .cdb: "a cdb file"
        }
    }

    public func file(of name: String) -> String { name + suffix }

    /// How messages about the content name a table, Postfix's way: `hash:/etc/aliases.db`,
    /// `lmdb:/etc/aliases`.
    func contentName(of name: String) -> String {
        self == .lmdb ? "lmdb:\(name)" : "\(rawValue):\(file(of: name))"
    }

    /// How warnings about double entries name a table, Postfix's way.
    func makingName(of name: String) -> String {
        switch self {
        case .hash, .btree: file(of: name)
        case .lmdb: "lmdb:\(name)"
        case .cdb: name
        }
    }
}
