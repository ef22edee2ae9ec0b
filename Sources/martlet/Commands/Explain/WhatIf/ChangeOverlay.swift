import Foundation
import LookupTables
import PostfixConfig

/// Changes laid over a setup: aliases and mailboxes over the tables that main.cf names, domains over its lists.
struct ChangeOverlay: TableOverlay {
    let changes: [Change]
    /// Domains that go and are named in main.cf or a file, not in a table; by list.
    let namedRemovals: [String: Set<String>]
    /// Where the setup's mailboxes are stored, as far as that is SQL: a map that gives each of these rows to itself, as
    /// the guide's email2email does, changes with them.
    private let mailboxRows: Set<RowSource>

    /// - Parameter changes: each domain with its list.
    init(_ changes: [Change], namedRemovals: [String: Set<String>] = [:], mailboxes: TableList) {
        self.changes = changes
        self.namedRemovals = namedRemovals
        mailboxRows = Set(mailboxes.tables.compactMap { ($0 as? SQLTable)?.rowSource })
    }

    func tables(_ parameter: String, _ tables: [any LookupTable]) -> [any LookupTable] {
        switch parameter {
        case "virtual_alias_maps": withAliases(tables.map(following))
        case "virtual_mailbox_maps": withMailboxes(tables)
        case "smtpd_sender_login_maps": tables.map(following)
        case _ where Change.domainLists.contains(parameter): withoutDomains(parameter, tables)
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
                removed[source, default: []].append(.init(action: .remove(targets), change: change.text))
            } else {
                added[source, default: []].append(.init(action: .add(targets), change: change.text))
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

    func isOfMailboxes(_ table: any LookupTable) -> Bool {
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
                .init(action: change.isRemoval ? .remove([]) : .add([value(address)]), change: change.text))
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

    private func withoutDomains(_ list: String, _ tables: [any LookupTable]) -> [any LookupTable] {
        var edits: [String: [OverlaidTable.Edit]] = [:]
        for change in changes where change.isRemoval {
            guard case .domain(let name, list) = change.kind else { continue }
            edits[name, default: []].append(.init(action: .remove([]), change: change.text))
        }
        return edits.isEmpty ? tables : tables.map { OverlaidTable(base: $0, edits: edits) }
    }

    /// The change that takes a domain's name out of main.cf; nil where none does.
    func removal(of domain: String) -> Change? {
        changes.first { change in
            guard change.isRemoval, case .domain(domain, let list?) = change.kind else { return false }
            return namedRemovals[list]?.contains(domain) == true
        }
    }

    /// Opens the elements that ``applied(to:)`` puts into lists.
    var driver: any TableDriver { SupposedDomainDriver(changes: changes) }

    /// The lists of main.cf with the domains: the first element that matches decides, and `!name` says no.
    func applied(to service: ExplainedService) throws(ExplainFailure) -> ExplainedService {
        var values: [(name: String, value: String)] = []
        for parameter in Self.lists {
            var first = (namedRemovals[parameter.name] ?? []).sorted().map { "!\($0)" }
            for (number, change) in changes.enumerated() where !change.isRemoval {
                if case .domain(_, parameter.name) = change.kind {
                    first.append("\(SupposedDomainDriver.type):\(number)")
                }
            }
            guard !first.isEmpty else { continue }
            // Nothing in the expanded value is expanded again.
            let text = (first + service.configuration[parameter]).joined(separator: ", ").split(
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

    private static let lists: [Parameter<[String]>] = [
        .mydestination, .virtualAliasDomains, .virtualMailboxDomains, .relayDomains,
    ]
}

/// A domain more in a list: a table with that row alone.
private struct SupposedDomainDriver: TableDriver {
    static let type = "what-if"
    let changes: [Change]
    var type: String { Self.type }

    func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        guard let number = Int(name), changes.indices.contains(number),
            case .domain(let domain, _) = changes[number].kind
        else { throw TableError("\(type):\(name): there is no such change") }
        return OverlaidTable(
            base: nil, edits: [domain: [.init(action: .add([domain]), change: changes[number].text)]])
    }
}
