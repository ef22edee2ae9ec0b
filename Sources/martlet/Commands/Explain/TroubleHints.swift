import Foundation
import LookupTables
import PostfixConfig
import Routing

/// What could not be asked: each cause once, with everything that it keeps from being asked, and what to do.
extension ExplainedSituation {
    /// - Returns: also the cures that the failures' own words end with, for whoever has said them already.
    func troubles(_ explanation: Explanation) async -> (hints: [Explanation.Hint], cures: [String]) {
        var failed: [(parameter: String, failure: LookupFailure, duration: Duration)] = []
        for case .asked(let question) in explanation.steps.routing + explanation.deliveries.flatMap(\.steps) {
            guard case .failed(let failure) = question.answer,
                !failed.contains(where: { $0.failure == failure && $0.parameter == question.parameter })
            else { continue }
            failed.append((question.parameter, failure, question.duration))
        }
        var hints: [Explanation.Hint] = []
        var cures: [String] = []
        var isDefinitionTold = false
        var told: Set<LookupFailure> = []
        for (parameter, failure, duration) in failed {
            if failure.cause == .configuration, let troubled = definitionHints(failure) {
                if !isDefinitionTold { hints += troubled }
                cures += [definitionError(of: failure.table)?.cure].compactMap(\.self)
                isDefinitionTold = true
                continue
            }
            guard told.insert(failure).inserted else { continue }
            let parameters = failed.filter { $0.failure == failure }.map(\.parameter)
            if let hint = await hint(on: failure, parameters.isEmpty ? [parameter] : parameters, duration) {
                hints.append(hint)
            }
        }
        return (hints, cures)
    }

    // MARK: Servers and statements

    private func hint(
        on failure: LookupFailure, _ parameters: [String], _ duration: Duration
    ) async -> Explanation.Hint? {
        let names = parameters.joined(separator: ", ")
        switch failure.cause {
        case .statement:
            guard let table = try? opener.openOrFail(failure.table) as? SQLTable,
                let advice = await table.advice(on: failure)
            else { return nil }
            return .init(
                text: "the statement of \(names) names what the database does not have: \(advice)",
                cure: "correct the query in \(failure.table.drop { $0 != ":" }.dropFirst())")
        case .unavailable:
            let seconds = duration.components.seconds
            let others = sharing(failure.table).filter { !parameters.contains($0) }
            return .init(
                text: "the database did not answer \(names)\(seconds > 0 ? ": waited \(seconds) s" : "")"
                    + (others.isEmpty ? "" : "; it is that of \(others.joined(separator: ", ")) too"),
                cure: configuration.command("check"))
        case .configuration, .result: return nil
        }
    }

    /// The parameters whose tables are in the same database.
    private func sharing(_ table: String) -> [String] {
        guard let pool = (try? opener.openOrFail(table) as? SQLTable)?.pool else { return [] }
        var parameters: [String] = []
        for (parameter, other) in named where !parameters.contains(parameter) {
            if (other as? SQLTable)?.pool === pool { parameters.append(parameter) }
        }
        return parameters
    }

    // MARK: Definitions

    /// All tables that cannot be opened, those of one cause together; nil where this one can be by now.
    private func definitionHints(_ failure: LookupFailure) -> [Explanation.Hint]? {
        struct Trouble {
            var parameters: [String]
            let table: String
            let error: TableError
            var path: String { String(table.drop { $0 != ":" }.dropFirst()) }
            /// The same for tables that fail for the same cause.
            var cause: String {
                let text = path.isEmpty ? error.description : error.description.replacing(path, with: "FILE")
                return text.trimmingCharacters(in: .whitespaces)
            }
        }
        var troubles: [Trouble] = []
        for (parameter, table) in named {
            if let index = troubles.firstIndex(where: { $0.table == table.name }) {
                if !troubles[index].parameters.contains(parameter) {
                    troubles[index].parameters.append(parameter)
                }
                continue
            }
            if let error = definitionError(of: table.name) {
                troubles.append(Trouble(parameters: [parameter], table: table.name, error: error))
            }
        }
        guard troubles.contains(where: { $0.table == failure.table }) else { return nil }
        var causes: [String] = []
        for trouble in troubles where !causes.contains(trouble.cause) { causes.append(trouble.cause) }
        return causes.map { cause in
            let same = troubles.filter { $0.cause == cause }
            var parameters: [String] = []
            for parameter in same.flatMap(\.parameters) where !parameters.contains(parameter) {
                parameters.append(parameter)
            }
            let names = parameters.joined(separator: ", ")
            guard same.count > 1 else {
                // The first line has said of this one what is wrong with it.
                if parameters.count == 1, let cure = same[0].error.cure {
                    return .init(text: cure, cure: nil)
                }
                return .init(text: "\(names) cannot be asked: \(same[0].error)", cure: same[0].error.cure)
            }
            // A cure that names one file is not that of the others.
            let cures = Set(same.map { $0.error.cure?.replacing($0.path, with: "FILE") })
            let cure = cures.count == 1 ? cures.first.flatMap { $0 } : nil
            let files = same.map(\.path).joined(separator: ", ")
            return .init(
                text: "\(names) cannot be asked, all for one cause: \(cause), where FILE is each of \(files)",
                cure: cure ?? "\(configuration.command("check")) has a cure for each")
        }
    }

    /// Why a table cannot be opened; nil where it can.
    private func definitionError(of table: String) -> TableError? {
        do throws(TableError) {
            _ = try opener.openOrFail(table)
            return nil
        } catch {
            return error
        }
    }

    /// The tables that an address's way may ask, with the parameters that name them.
    private var named: [(parameter: String, table: any LookupTable)] {
        let domains = [
            tables.mydestination, tables.virtualAliasDomains, tables.virtualMailboxDomains,
            tables.relayDomains,
        ].flatMap(\.tables)
        let lists =
            domains + [
                tables.virtualAliasMaps, tables.virtualMailboxMaps, tables.relayRecipientMaps,
                tables.localRecipientMaps, tables.transportMaps, tables.aliasMaps,
                access.settings.senderLoginMaps,
            ]
        return lists.flatMap { list in list.tables.map { (list.parameter, $0) } }
    }
}
