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
    /// Where the answer came from memory.
    public let memory: Memory?
    /// Why nothing was sent, where the table could tell without asking.
    public let unsent: String?
    /// The change that the answer supposes (`explain --what-if`); nil where it is the table's own.
    public let supposition: String?
    public let duration: Duration

    public struct Statement: Sendable {
        public let text: String
        /// Empty for files.
        public let host: String
        public let duration: Duration
    }

    public struct Memory: Sendable {
        /// How old the answer was.
        public let age: Duration
        /// Why the table could not be asked (`lookup_stale_ttl`); nil where it need not (`lookup_cache_ttl`).
        public let failure: LookupFailure?
    }

    public enum Answer: Sendable {
        case found(String)
        case notFound
        case failed(LookupFailure)
    }
}

extension Question {
    /// Asks the tables of a list in their order, and tells the observer of each.
    static func ask(
        _ list: TableList, _ key: String, isPartial: Bool = false, observer: (any RoutingObserver)?,
        trail: LookupTrail?
    ) async throws(LookupFailure) -> String? {
        guard let observer else { return try await list.lookup(key, isPartial: isPartial, trail: trail) }
        let singles = list.singles
        for (number, single) in singles.enumerated() {
            if isPartial, let table = single.tables.first, table.keys == .whole {
                observer.observed(
                    .notAsked(
                        parameter: list.parameter, key: key,
                        because: "\(table.name) takes whole addresses only"))
                continue
            }
            guard let value = try await observed(single, key, isPartial, observer, trail) else { continue }
            for later in singles[(number + 1)...] {
                let table = later.tables.first?.name ?? ""
                observer.observed(
                    .notAsked(
                        parameter: list.parameter, key: key,
                        because: "\(table) comes after \(single.tables.first?.name ?? ""), which answered"))
            }
            return value
        }
        return nil
    }

    private static func observed(
        _ list: TableList, _ key: String, _ isPartial: Bool, _ observer: any RoutingObserver,
        _ trail: LookupTrail?
    ) async throws(LookupFailure) -> String? {
        let collector = QuestionCollector()
        let start = ContinuousClock.now
        func tell(_ answer: Answer) {
            observer.observed(
                .asked(
                    Question(
                        parameter: list.parameter, table: list.tables.first?.name ?? "", key: key,
                        statements: collector.statements, answer: answer, memory: collector.memory,
                        unsent: collector.unsent, supposition: collector.supposition,
                        duration: ContinuousClock.now - start)))
        }
        do {
            let value = try await list.lookup(
                key, isPartial: isPartial, observer: collector, trail: trail)
            tell(value.map(Answer.found) ?? .notFound)
            return value
        } catch {
            tell(.failed(error))
            throw error
        }
    }
}

/// Keeps what one question sent, and whether memory answered it.
private final class QuestionCollector: LookupObserver {
    private struct Kept {
        var statements: [Question.Statement] = []
        var memory: Question.Memory?
        var unsent: String?
        var supposition: String?
    }

    private let kept = Mutex(Kept())

    var unsent: String? { kept.withLock(\.unsent) }
    var supposition: String? { kept.withLock(\.supposition) }
    var statements: [Question.Statement] { kept.withLock(\.statements) }
    var memory: Question.Memory? { kept.withLock(\.memory) }

    func asked(statement: String, host: String, duration: Duration) {
        kept.withLock {
            $0.statements.append(Question.Statement(text: statement, host: host, duration: duration))
        }
    }

    func remembered(age: Duration, because failure: LookupFailure?) {
        kept.withLock { $0.memory = Question.Memory(age: age, failure: failure) }
    }

    func notSent(because reason: String) {
        kept.withLock { $0.unsent = reason }
    }

    func supposed(_ change: String) {
        kept.withLock { $0.supposition = change }
    }
}
