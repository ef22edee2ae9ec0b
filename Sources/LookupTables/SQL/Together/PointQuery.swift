/// A template that asks one table for the rows of one value:
///
///     SELECT destination FROM virtual_aliases WHERE source = '%s' AND active = 1
///
/// Such a question can be put for many keys with one statement, `… WHERE source IN ('a', 'b')`: each row is taken
/// or left by itself, so a row is in the answer for the set where it is in the answer for one of its values.
/// That holds for nothing that looks at several rows (DISTINCT, GROUP BY, LIMIT, a subquery) or does something (a
/// function, a variable); the reader knows the plain form alone, and everything else is not a point query.
package struct PointQuery: Sendable {
    /// What is selected, as SQL.
    package let columns: [UInt8]
    /// `name`, `database.name`, either with an alias, as SQL.
    package let table: [UInt8]
    /// The column that the key is compared with, as SQL.
    package let keyColumn: [UInt8]
    /// Further conditions, as SQL that may follow `AND`; empty where there are none.
    package let conditions: [UInt8]
    /// What stands between the apostrophes after `keyColumn =`.
    let value: ExpansionTemplate

    /// Nil where the template has another form.
    init?(_ template: ExpansionTemplate, _ dialect: SQLDialect) {
        guard let tokens = SQLToken.read(template, dialect) else { return nil }
        var parser = PointQueryParser(tokens)
        guard let query = parser.query() else { return nil }
        self = query
    }

    init(
        columns: [UInt8], table: [UInt8], keyColumn: [UInt8], conditions: [UInt8],
        value: ExpansionTemplate
    ) {
        self.columns = columns
        self.table = table
        self.keyColumn = keyColumn
        self.conditions = conditions
        self.value = value
    }

    /// Appends the value that the key column must have, not quoted.
    func write(_ key: SplitValue, into value: inout [UInt8]) {
        self.value.fill(with: key, into: &value) { $1.append(contentsOf: $0) }
    }
}
