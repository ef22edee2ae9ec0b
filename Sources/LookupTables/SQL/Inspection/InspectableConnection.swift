/// A connection over which a database can be looked at as it is: any statement that only reads, rows with their
/// NULLs, as they come in. For `check` and for listing a map; lookups go through ``SQLConnection``.
package protocol InspectableConnection: SQLConnection {
    /// Runs a statement, and hands over its rows one by one.
    ///
    /// - Parameters:
    ///   - time: how long the server may work on it.
    ///   - row: given the columns, nil for NULL, good for the time of the call; returns whether to go on. Where it
    ///     does not, the connection is of no use afterwards.
    func inspect(
        _ statement: [UInt8], time: Duration, row: ([UnsafeBufferPointer<UInt8>?]) -> Bool
    ) throws(InspectionFailure)

    /// The statement that a lookup of the key would send.
    func statement(of query: SQLQuery, for key: String) -> [UInt8]

    /// A lookup's answer is made of the first column alone, whatever else is selected.
    var answersWithFirstColumn: Bool { get }
}

extension InspectableConnection {
    package var answersWithFirstColumn: Bool { false }

    /// All rows as text, at most so many.
    package func texts(
        _ statement: String, time: Duration = .seconds(15), limit: Int = 1000
    ) throws(InspectionFailure) -> [[String?]] {
        var rows: [[String?]] = []
        try inspect(Array(statement.utf8), time: time) { columns in
            rows.append(columns.map { $0.map { String(decoding: $0, as: UTF8.self) } })
            return rows.count < limit
        }
        return rows
    }
}

/// Why a database could not be looked at.
package struct InspectionFailure: Error, Hashable, CustomStringConvertible {
    package enum Step: Hashable, Sendable {
        /// No connection could be made, or it broke.
        case connection
        /// The server refused the statement.
        case statement
    }

    package let step: Step
    /// The server's number of the error; 0 where it has none.
    package let code: Int
    /// In the words of the server.
    package let description: String

    package init(_ step: Step, code: Int = 0, _ description: String) {
        self.step = step
        self.code = code
        self.description = description
    }

    package init(_ loss: ConnectionLoss) {
        self.init(.connection, code: loss.code, loss.description)
    }
}
