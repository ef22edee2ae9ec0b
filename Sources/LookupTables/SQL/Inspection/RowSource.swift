/// Which rows of which database a map looks at: two maps with the same have the same rows behind them.
package struct RowSource: Hashable, Sendable {
    private let pool: ObjectIdentifier
    private let source: String

    fileprivate init(_ pool: SQLPool, _ source: String) {
        self.pool = ObjectIdentifier(pool)
        self.source = source
    }
}

extension SQLTable {
    /// Nil where the statement is no plain question for one value.
    package var rowSource: RowSource? { plainStatement.map { RowSource(pool, $0.source) } }

    /// Whether what is found for a key is the key: `SELECT email FROM virtual_users WHERE email = '%s'`.
    package var answersItsKey: Bool { plainStatement.map { [$0.selected] == $0.keyExpressions } ?? false }

    /// The one statement for all rows of a map that compares one column with the key.
    package var plainStatement: WholeStatement? {
        guard let statements = query.whole, statements.count == 1, let statement = statements.first,
            case .whole = statement.key
        else { return nil }
        return statement
    }
}
