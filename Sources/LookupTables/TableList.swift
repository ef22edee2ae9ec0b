/// The tables that one parameter names, in their order: `virtual_alias_maps = mysql:/a.cf, mysql:/b.cf`.
///
/// Each key is put to all tables before the caller tries its next key; the first answer wins, and an error
/// ends the search, since a later table must not answer for one that could not be asked.
public struct TableList: Sendable {
    /// The parameter that names the tables, for messages: `virtual_alias_maps`.
    public let parameter: String
    private let listed: [ListedTable]

    /// A list of tables of which nothing is remembered. ``TableOpener/list(_:of:)`` makes those of a configuration.
    public init(parameter: String, tables: [any LookupTable]) {
        self.init(
            parameter: parameter,
            listed: tables.map { ListedTable($0, counters: LookupCounters(table: $0.name), kept: nil) })
    }

    init(parameter: String, listed: [ListedTable]) {
        self.parameter = parameter
        self.listed = listed
    }

    public var isEmpty: Bool { listed.isEmpty }

    public var tables: [any LookupTable] { listed.map(\.table) }

    /// The same list, a table at a time.
    public var singles: [TableList] { listed.map { TableList(parameter: parameter, listed: [$0]) } }

    /// Whether answers are remembered for an outage.
    public var isRemembering: Bool { listed.contains(where: \.isRemembering) }

    /// A trail for the way of one address through this list and others; nil where no answer is remembered.
    public func trail() -> LookupTrail? {
        for table in listed { if let trail = table.trail() { return trail } }
        return nil
    }

    /// Asks the tables one after the other.
    ///
    /// - Parameters:
    ///   - key: asked as it is; tables of fixed strings fold it to lower case.
    ///   - isPartial: the key is a part of an address (`user`, `@domain`), so tables that take only whole
    ///     addresses (``LookupKeys/whole``) are left out.
    ///   - trail: the way that the question belongs to; without one nothing is remembered, nor answered from memory
    ///     in an outage.
    /// - Returns: nil where no table knows the key.
    public func lookup(
        _ key: String, isPartial: Bool = false, observer: (any LookupObserver)? = nil,
        trail: LookupTrail? = nil
    ) async throws(LookupFailure) -> String? {
        for listed in listed {
            if isPartial, listed.table.keys == .whole { continue }
            guard let value = try await listed.lookup(key, observer: observer, trail: trail) else { continue }
            guard !value.isEmpty else {
                throw LookupFailure(
                    table: listed.table.name, cause: .result,
                    reason: "\(parameter): the answer for \"\(key)\" is an empty string; "
                        + "a key that is not there must have no answer at all")
            }
            return value
        }
        return nil
    }
}
