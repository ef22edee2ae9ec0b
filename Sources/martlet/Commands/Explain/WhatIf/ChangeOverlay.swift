import Foundation
import LookupTables
import PostfixConfig

/// Changes laid over a setup: aliases and mailboxes over the tables that main.cf names, domains over its lists.
struct ChangeOverlay: TableOverlay {
    let changes: [Change]
    /// Where the setup's mailboxes are stored, as far as that is SQL: a map that gives each of these rows to itself, as
    /// the guide's email2email does, changes with them.
    private let mailboxRows: Set<RowSource>

    init(_ changes: [Change], mailboxes: TableList) {
        self.changes = changes
        mailboxRows = Set(mailboxes.tables.compactMap { ($0 as? SQLTable)?.rowSource })
    }

    func tables(_ parameter: String, _ tables: [any LookupTable]) -> [any LookupTable] {
        switch parameter {
        case "virtual_alias_maps": withAliases(tables.map(following))
        case "virtual_mailbox_maps": withMailboxes(tables)
        case "smtpd_sender_login_maps": tables.map(following)
        default: tables
        }
    }

    // MARK: Aliases

    private func withAliases(_ tables: [any LookupTable]) -> [any LookupTable] {
        var added: [String: [OverlaidTable.Edit]] = [:]
        var removed: [String: [OverlaidTable.Edit]] = [:]
        for change in changes {
            guard case .alias(let source, let targets) = change.kind else { continue }
            if change.isRemoval {
                removed[source, default: []].append(.init(action: .remove(targets), change: change))
            } else {
                added[source, default: []].append(.init(action: .add(targets), change: change))
            }
        }
        // Aliases are written where aliases are: not into rules, and not into the table of the mailboxes.
        let place = tables.firstIndex { $0.keys == .fixed && !isOfMailboxes($0) }
        var result = tables.enumerated().map { index, table -> any LookupTable in
            guard !isOfMailboxes(table) else { return table }
            let edits = index == place ? removed.merging(added, uniquingKeysWith: +) : removed
            return edits.isEmpty ? table : OverlaidTable(base: table, edits: edits)
        }
        if place == nil, !added.isEmpty { result.append(OverlaidTable(base: nil, edits: added)) }
        return result
    }

    private func isOfMailboxes(_ table: any LookupTable) -> Bool {
        let table = (table as? OverlaidTable)?.base ?? table
        guard let table = table as? SQLTable, let source = table.rowSource else { return false }
        return table.answersItsKey && mailboxRows.contains(source)
    }

    // MARK: Mailboxes

    private func mailboxEdits(_ value: (String) -> String) -> [String: [OverlaidTable.Edit]] {
        var edits: [String: [OverlaidTable.Edit]] = [:]
        for change in changes {
            guard case .mailbox(let address) = change.kind else { continue }
            edits[address, default: []].append(
                .init(action: change.isRemoval ? .remove([]) : .add([value(address)]), change: change))
        }
        return edits
    }

    private func withMailboxes(_ tables: [any LookupTable]) -> [any LookupTable] {
        let edits = mailboxEdits { "\($0)/" }
        guard !edits.isEmpty else { return tables }
        let additions = edits.mapValues { $0.filter { if case .add = $0.action { true } else { false } } }
            .filter { !$0.value.isEmpty }
        let removals = edits.mapValues { $0.filter { if case .remove = $0.action { true } else { false } } }
        let place = tables.firstIndex { $0.keys == .fixed }
        var result = tables.enumerated().map { index, table -> any LookupTable in
            OverlaidTable(base: table, edits: index == place ? edits : removals)
        }
        if place == nil, !additions.isEmpty { result.append(OverlaidTable(base: nil, edits: additions)) }
        return result
    }

    /// A map of the mailboxes' own rows has what they have.
    private func following(_ table: any LookupTable) -> any LookupTable {
        guard isOfMailboxes(table) else { return table }
        let edits = mailboxEdits { $0 }
        return edits.isEmpty ? table : OverlaidTable(base: table, edits: edits)
    }

    // MARK: Domains

    /// Domains change the lists of main.cf: the first element that matches decides, and `!name` says no.
    func applied(to service: ExplainedService) throws(ExplainFailure) -> ExplainedService {
        var values: [(name: String, value: String)] = []
        for parameter in Self.lists {
            let old = service.configuration[parameter]
            let first = changes.reversed().compactMap { change -> String? in
                guard case .domain(let name) = change.kind else { return nil }
                if change.isRemoval { return "!\(name)" }
                return parameter.name == Self.mailboxDomains.name ? name : nil
            }
            guard !first.isEmpty, !old.isEmpty || first.contains(where: { !$0.hasPrefix("!") }) else {
                continue
            }
            // Nothing in the expanded value is expanded again.
            let text = (first + old).joined(separator: ", ").split(
                separator: "$", omittingEmptySubsequences: false)
            values.append((parameter.name, text.joined(separator: "$$")))
        }
        guard !values.isEmpty else { return service }
        var changed = service
        do throws(ConfigurationFailure) {
            changed.configuration = try service.configuration.overriding(values)
        } catch {
            throw ExplainFailure("\(error)", exitCode: EX_CONFIG)
        }
        return changed
    }

    private static let mailboxDomains = Parameter<[String]>.virtualMailboxDomains
    private static let lists: [Parameter<[String]>] = [
        .mydestination, .virtualAliasDomains, mailboxDomains, .relayDomains,
    ]
}
