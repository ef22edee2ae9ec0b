/// What somebody thinks of changing in the tables, before anybody changes it: `explain --what-if`.
public protocol TableOverlay: Sendable {
    /// The tables of a parameter as they would answer then.
    func tables(_ parameter: String, _ tables: [any LookupTable]) -> [any LookupTable]
}
