import LookupTables
import Synchronization

/// One key put to one table, with what was sent for it and what came back.
public struct Question: Sendable {
    /// The parameter that names the table: `virtual_alias_maps`.
    public let parameter: String
    /// `type:name`
    public let table: String
    public let key: String
    /// What the table sent to its backend; empty where it needed to send nothing (`%d` without a domain).
    public let statements: [Statement]
    public let answer: Answer
    public let duration: Duration

    public struct Statement: Sendable {
        public let text: String
        /// Empty for files.
        public let host: String
        public let duration: Duration
    }

    public enum Answer: Sendable {
        case found(String)
        case notFound
        case failed(LookupFailure)
    }
}

extension Question {
    /// Asks one table, and tells the observer.
    static func ask(
        _ table: any LookupTable, _ parameter: String, _ key: String, isPartial: Bool = false,
        observer: (any RoutingObserver)?
    ) async throws(LookupFailure) -> String? {
        guard let observer else { return try await table.lookup(key, observer: nil) }
        return try await observed(TableList(parameter: parameter, tables: [table]), key, isPartial, observer)
    }

    /// Asks the tables of a list in their order, and tells the observer of each.
    static func ask(
        _ list: TableList, _ key: String, isPartial: Bool, observer: (any RoutingObserver)?
    ) async throws(LookupFailure) -> String? {
        guard let observer else { return try await list.lookup(key, isPartial: isPartial) }
        for table in list.tables {
            if isPartial, table.keys == .whole {
                observer.observed(
                    .notAsked(
                        parameter: list.parameter, key: key,
                        because: "\(table.name) takes whole addresses only"))
                continue
            }
            let single = TableList(parameter: list.parameter, tables: [table])
            if let value = try await observed(single, key, isPartial, observer) { return value }
        }
        return nil
    }

    private static func observed(
        _ list: TableList, _ key: String, _ isPartial: Bool, _ observer: any RoutingObserver
    ) async throws(LookupFailure) -> String? {
        let statements = StatementCollector()
        let start = ContinuousClock.now
        func tell(_ answer: Answer) {
            observer.observed(
                .asked(
                    Question(
                        parameter: list.parameter, table: list.tables.first?.name ?? "", key: key,
                        statements: statements.all, answer: answer, duration: ContinuousClock.now - start)))
        }
        do {
            let value = try await list.lookup(key, isPartial: isPartial, observer: statements)
            tell(value.map(Answer.found) ?? .notFound)
            return value
        } catch {
            tell(.failed(error))
            throw error
        }
    }
}

/// Keeps what one question sent.
private final class StatementCollector: LookupObserver {
    private let statements = Mutex<[Question.Statement]>([])

    var all: [Question.Statement] { statements.withLock { $0 } }

    func asked(statement: String, host: String, duration: Duration) {
        statements.withLock { $0.append(Question.Statement(text: statement, host: host, duration: duration)) }
    }
}
