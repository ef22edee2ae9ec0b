/// A table whose entries can be listed: `postmap -s`.
public protocol ListableTable: EnumerableTable {
    /// All entries, each key once, as they would be found.
    func entries() async throws(LookupFailure) -> [(key: String, value: String)]
}
