import LookupTables
import Routing

/// Targets of aliases that seem to be nobody's, as far as the tables that were read can tell.
struct DeadEndSearch {
    struct Suspect: Sendable {
        let target: Int32
        /// The first few aliases that lead there.
        var aliases: [Int32]
        var count: Int
    }

    let suspects: [Suspect]

    init(_ survey: DataSurvey, _ setup: Setup) {
        let book = survey.book
        let graph = survey.graph
        let knownClasses = Self.listedClasses(setup)
        var found: [Int32: Suspect] = [:]
        // What was found to be fine, so that a target of many aliases is looked at once.
        var isFine = [Bool](repeating: false, count: book.count)
        for alias in 0..<Int32(book.count) where graph.hasEdges(alias) {
            for target in graph.targets(of: alias) {
                if isFine[Int(target)] { continue }
                if found[target] != nil {
                    found[target]?.count += 1
                    if let aliases = found[target]?.aliases, aliases.count < 3 {
                        found[target]?.aliases.append(alias)
                    }
                } else if Self.isSuspect(target, survey, knownClasses) {
                    found[target] = Suspect(target: target, aliases: [alias], count: 1)
                } else {
                    isFine[Int(target)] = true
                }
            }
        }
        suspects = found.values.sorted { $0.target < $1.target }
    }

    /// The classes of which somebody knows the recipients.
    private static func listedClasses(_ setup: Setup) -> Set<AddressClass> {
        var classes: Set<AddressClass> = [.virtualAlias]
        for (addressClass, parameter) in [
            (AddressClass.local, "local_recipient_maps"), (.relay, "relay_recipient_maps"),
            (.virtualMailbox, "virtual_mailbox_maps"),
        ] where !(setup.configuration.value(named: parameter) ?? "").isEmpty {
            classes.insert(addressClass)
        }
        return classes
    }

    private static func isSuspect(
        _ target: Int32, _ survey: DataSurvey, _ listed: Set<AddressClass>
    ) -> Bool {
        let domain = survey.book.domain(of: target)
        guard domain >= 0 else { return true }
        let addressClass = survey.domains.entry(domain).addressClass
        guard addressClass != .other, listed.contains(addressClass) else { return false }
        // The rule about destinations speaks of words that are nobody's.
        if survey.book.marks[Int(target)].contains(.word) { return false }
        // `@other`: whose address it becomes depends on who is written to.
        if survey.book.hasEmptyLocalPart(target) { return false }
        if addressClass == .virtualMailbox, survey.graph.isMailbox(target, survey.book, survey.domains) {
            return false
        }
        guard let answer = survey.graph.answer(of: target, survey.book, survey.domains) else { return true }
        return survey.graph.leadsToItself(target, answer, survey.book)
    }
}
