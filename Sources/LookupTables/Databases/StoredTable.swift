/// A table in a compiled file, whose keys and values are bytes: `postmap -u` and `-F` ask for them as they are.
public protocol StoredTable: ByteTable, EnumerableTable {
    /// How messages about the content name the table: `hash:/etc/postfix/virtual.db`.
    var contentName: String { get }

    /// Whether Postfix's postmap lists such tables (`-s`); `cdb:` it does not.
    var canBeListed: Bool { get }

    /// All entries in the order of the file, read as they are handed out. Blocks.
    func forEachEntry(_ body: (_ key: [UInt8], _ value: [UInt8]) throws -> Void) throws
}
