/// The tables that one parameter names, in their order: `virtual_alias_maps = mysql:/a.cf, mysql:/b.cf`.
///
/// Each key is put to all tables before the caller tries its next key; the first answer wins, and an error
/// ends the search, since a later table must not answer for one that could not be asked.
public struct TableList: Sendable {
    /// The parameter that names the tables, for messages: `virtual_alias_maps`.
    public let parameter: String
    public let tables: [any LookupTable]

    public init(parameter: String, tables: [any LookupTable]) {
        self.parameter = parameter
        self.tables = tables
    }

    public var isEmpty: Bool { tables.isEmpty }

    /// Asks the tables one after the other.
    ///
    /// - Parameters:
    ///   - key: asked as it is; tables of fixed strings fold it to lower case.
    ///   - isPartial: the key is a part of an address (`user`, `@domain`), so tables that take only whole
    ///     addresses (``LookupKeys/whole``) are left out.
    /// - Returns: nil where no table knows the key.
    public func lookup(
        _ key: String, isPartial: Bool = false, observer: (any LookupObserver)? = nil
    ) async throws(LookupFailure) -> String? {
        for table in tables {
            if isPartial, table.keys == .whole { continue }
            guard let value = try await table.lookup(key, observer: observer) else { continue }
            guard !value.isEmpty else {
                throw LookupFailure(
                    table: table.name, cause: .result,
                    reason: "\(parameter): the answer for \"\(key)\" is an empty string; "
                        + "a key that is not there must have no answer at all")
            }
            return value
        }
        return nil
    }
}
