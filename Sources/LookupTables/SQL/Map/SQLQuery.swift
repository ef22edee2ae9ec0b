import Logging

/// What a SQL map's definition comes to: the statement's template and what becomes of the answer.
///
/// A class, since every lookup that waits in a pool refers to it.
package final class SQLQuery: Sendable {
    /// `type:name` of the table.
    package let table: String
    package let requiresResultSet: Bool
    let template: ExpansionTemplate
    let resultFormat: ExpansionTemplate
    /// The most values that one lookup may have; nil is no limit.
    let expansionLimit: Int?
    let logger: Logger
    /// What the statement asks for, where it has the plain form; else it can only be sent as it is, for a key.
    package let point: PointQuery?
    let pace = Pace()
    let needs: KeyNeeds

    /// - Parameter dialect: of the server's SQL, so that the statement can be understood.
    init(
        table: String, template: ExpansionTemplate, resultFormat: ExpansionTemplate, expansionLimit: Int?,
        requiresResultSet: Bool, dialect: SQLDialect? = nil, logger: Logger
    ) {
        self.table = table
        self.template = template
        self.resultFormat = resultFormat
        self.expansionLimit = expansionLimit
        self.requiresResultSet = requiresResultSet
        self.logger = logger
        point = dialect.flatMap { PointQuery(template, $0) }
        needs = template.needs(isQuery: true).union(resultFormat.needs(isQuery: false))
    }

    /// Whether the key has all the parts that the templates name; where not, the answer is "not found".
    func accepts(_ key: String) -> Bool {
        guard needs != KeyNeeds() else { return true }
        return key.withBytes { needs.areMet(by: SplitValue($0)) }
    }

    /// Appends the statement for a key.
    ///
    /// - Parameter quote: appends a value, quoted so that it stays inside the quotes of the template.
    package func write(
        _ key: String, into statement: inout [UInt8],
        quote: (Slice<UnsafeBufferPointer<UInt8>>, inout [UInt8]) -> Void
    ) {
        key.withBytes { template.fill(with: SplitValue($0), into: &statement, quote: quote) }
    }

    /// The failure of one lookup.
    package func failure(_ cause: LookupFailure.Cause, _ reason: String) -> LookupFailure {
        LookupFailure(table: table, cause: cause, reason: reason)
    }
}

extension String {
    package func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        if let result = utf8.withContiguousStorageIfAvailable(body) { return result }
        var copy = self
        return copy.withUTF8(body)
    }
}
