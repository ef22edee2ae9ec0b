/// A table in a compiled file, whose keys and values are bytes: `postmap -u` and `-F` ask for them as they are.
public protocol StoredTable: LookupTable {
    /// How messages about the content name the table: `hash:/etc/postfix/virtual.db`.
    var contentName: String { get }

    /// - Parameter key: folded as the table's keys are.
    func bytes(of key: [UInt8]) async throws(LookupFailure) -> [UInt8]?

    /// All entries in the order of the file, read as they are handed out. Blocks.
    func forEachEntry(_ body: (_ key: [UInt8], _ value: [UInt8]) throws -> Void) throws
}
