/// Which rows of which database a map looks at: two maps with the same have the same rows behind them.
package struct RowSource: Hashable, Sendable {
    private let pool: ObjectIdentifier
    private let table: [UInt8]

    fileprivate init(_ pool: SQLPool, _ table: [UInt8]) {
        self.pool = ObjectIdentifier(pool)
        self.table = table
    }
}

extension SQLTable {
    /// Nil where the statement is no plain question for one value of one table.
    package var rowSource: RowSource? { query.rows.map { RowSource(pool, $0.table) } }

    /// Whether what is found for a key is the key: `SELECT email FROM virtual_users WHERE email = '%s'`.
    package var answersItsKey: Bool {
        guard let point = query.point else { return false }
        return point.columns == point.keyColumn
    }
}
