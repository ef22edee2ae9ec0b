/// One statement for all that a map has, derived from the one that asks for a key:
///
///     SELECT destination FROM virtual_aliases WHERE source = '%s' AND active = 1
///     SELECT source, destination FROM virtual_aliases WHERE active = 1
package struct SQLListing: Sendable {
    package let query: SQLQuery
    /// The statement; its first column is the key, and those that the map selects follow.
    package let statement: [UInt8]

    /// Nil where the map's statement has another form, or compares its column with a part of the key.
    init?(_ query: SQLQuery) {
        guard let point = query.rows, point.comparesWholeKey else { return nil }
        self.query = query
        var statement = Array("SELECT ".utf8)
        statement += point.keyColumn + Array(", ".utf8) + point.columns
        statement += Array(" FROM ".utf8) + point.table
        if !point.conditions.isEmpty { statement += Array(" WHERE ".utf8) + point.conditions }
        self.statement = statement
    }
}

extension PointQuery {
    /// What the column is compared with is the lookup key: `'%s'`, `'%u@%d'`.
    fileprivate var comparesWholeKey: Bool {
        switch value.parts {
        case [.value], [.key]: true
        case [.valueUser, .text([UInt8(ascii: "@")]), .valueDomain],
            [.keyUser, .text([UInt8(ascii: "@")]), .keyDomain]:
            true
        default: false
        }
    }
}
