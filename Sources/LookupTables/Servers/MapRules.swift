import Logging

/// What the maps of servers that speak no SQL share: which keys are worth a question, and what becomes of values.
///
/// A class, since every lookup that waits for a connection refers to it.
package final class MapRules: Sendable {
    /// The settings that it reads.
    package static let names: Set<String> = ["domain", "result_format", "expansion_limit"]

    /// `type:name` of the table.
    package let table: String
    package let logger: Logger
    let resultFormat: ExpansionTemplate
    /// The most values that one lookup may have; nil is no limit.
    package let expansionLimit: Int?
    private let domains: DomainList?
    private let folding: KeyFolding
    private let needs: KeyNeeds

    /// - Parameters:
    ///   - templates: what is filled with parts of the key; a key that lacks one is not asked for.
    ///   - resultFormat: the text of the `result_format` setting.
    package init(
        _ settings: TableSettings, templates: [ExpansionTemplate], resultFormat: String, expansionLimit: Int,
        opener: TableOpener
    ) throws(TableError) {
        table = settings.table
        logger = opener.logger
        folding = opener.folding
        guard let format = ExpansionTemplate(resultFormat) else {
            throw settings.mistake(
                "db_common_parse: Invalid result template", "result_format", resultFormat)
        }
        self.resultFormat = format
        self.expansionLimit = expansionLimit > 0 ? expansionLimit : nil
        let domain = settings.text("domain") ?? ""
        domains = domain.isEmpty ? nil : try DomainList(domain, opener: opener)
        needs = templates.reduce(format.needs(isQuery: false)) { $0.union($1.needs(isQuery: true)) }
    }

    /// The key as the server is asked for it; nil where the answer is "not found" without a question.
    package func admit(
        _ key: String, observer: (any LookupObserver)?
    ) async throws(LookupFailure) -> String? {
        // A zero byte would end a query early in C libraries, and no address has one (RFC 5321 §4.1.2).
        guard !key.utf8.contains(0) else { return nil }
        guard !key.isEmpty else {
            logger.warning("table \"\(table)\": empty query string -- ignored")
            return nil
        }
        let key = folding.fold(key)
        if let domains, try await !domains.accepts(key, observer: observer) {
            observer?.notSent(because: DomainList.words(key))
            return nil
        }
        guard needs != KeyNeeds() else { return key }
        if key.withBytes({ needs.areMet(by: SplitValue($0)) }) { return key }
        observer?.notSent(because: needs.words(query: "definition"))
        return nil
    }

    /// Whether a value counts for `expansion_limit`.
    package func counts(_ value: [UInt8]) -> Bool {
        guard let first = value.first, first != 0 else { return false }
        return value.withUnsafeBufferPointer { resultFormat.accepts(SplitValue($0)) }
    }

    /// More values than `expansion_limit`.
    package func tooManyValues(_ key: String) -> LookupFailure {
        failure(
            .result,
            "Expansion limit exceeded for key: '\(key)'; see expansion_limit, which allows \(expansionLimit ?? 0)"
        )
    }

    /// The failure of one lookup.
    package func failure(_ cause: LookupFailure.Cause, _ reason: String) -> LookupFailure {
        LookupFailure(table: table, cause: cause, reason: reason)
    }
}
