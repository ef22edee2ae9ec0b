import Foundation
import LookupTables
import MailFormat
import PostfixConfig
import Routing

/// Changes as they apply to a setup, and what there is to say of them: a domain is in another list, an alias is not
/// there that is to go.
struct ChangePlan {
    /// Each domain with its list.
    private(set) var changes: [Change]
    /// By the position of the change; what its author may not know.
    private(set) var remarks: [Int: [String]] = [:]
    private var namedRemovals: [String: Set<String>] = [:]
    private let now: ExplainedSituation

    /// - Parameter now: the setup as it is, which is asked.
    /// - Throws: where a change can mean two things.
    init(_ changes: [Change], now: ExplainedSituation) async throws(ExplainFailure) {
        self.changes = changes
        self.now = now
        for number in changes.indices {
            switch changes[number].kind {
            case .domain(let name, let list): try await planDomain(name, in: list, number)
            case .alias(let source, let targets): await remarkOnAlias(source, targets, number)
            case .mailbox(let address): await remarkOnMailbox(address, number)
            }
        }
        for case .domain(let name, let list) in self.changes.filter(\.isRemoval).map(\.kind) {
            let isAdded = self.changes.contains { !$0.isRemoval && $0.kind == .domain(name, in: list) }
            if isAdded {
                throw ExplainFailure(
                    "--what-if: \(name) is to come into \(list ?? "") and to go from it; say one",
                    exitCode: EX_USAGE)
            }
        }
    }

    var overlay: ChangeOverlay {
        ChangeOverlay(changes, namedRemovals: namedRemovals, mailboxes: now.tables.virtualMailboxMaps)
    }

    /// Each with its change.
    var allRemarks: [String] {
        changes.indices.flatMap { number in
            (remarks[number] ?? []).map { "--what-if '\(changes[number].text)': \($0)" }
        }
    }

    private mutating func remark(_ number: Int, _ text: String) { remarks[number, default: []].append(text) }

    // MARK: Domains

    private mutating func planDomain(
        _ name: String, in list: String?, _ number: Int
    ) async throws(ExplainFailure) {
        let lists = now.tables.domainLists
        var having: [MatchList] = []
        for candidate in lists {
            do throws(LookupFailure) {
                if try await candidate.contains(name, observer: nil) { having.append(candidate) }
            } catch {
                remark(number, "whether \(candidate.parameter) has \(name) could not be asked: \(error)")
                // Taken for granted: what cannot be asked is not asked afterwards either.
                if list == candidate.parameter { having.append(candidate) }
            }
        }
        let names = having.map(\.parameter)
        guard changes[number].isRemoval else {
            if let list, names.contains(list) { remark(number, "\(list) has \(name) already") }
            for other in names where other != list {
                let wins = Self.precedes(other, list) ? other : list ?? ""
                remark(number, "\(name) is in \(other) too, and \(wins) counts: it is asked first")
            }
            return
        }
        if list == nil, names.count > 1 {
            let forms = names.map { "'no domain \(name) in \($0)'" }.joined(separator: " or ")
            throw ExplainFailure(
                "--what-if '\(changes[number].text)': \(name) is in \(names.joined(separator: " and ")); say \(forms)",
                exitCode: EX_USAGE)
        }
        guard let chosen = having.first(where: { list == nil || $0.parameter == list }) else {
            let near =
                Spelling.nearest(to: name, in: lists.flatMap(\.names)).map { "; did you mean \($0)?" } ?? ""
            let places =
                names.isEmpty ? "no list of domains has it" : "it is in \(names.joined(separator: ", "))"
            remark(
                number,
                "\(list.map { "\($0) does not have \(name)" } ?? "\(name) cannot go"): \(places)\(near)")
            changes[number].kind = .domain(name, in: list ?? "")
            return
        }
        if list == nil { remark(number, "it is in \(chosen.parameter), and goes from there") }
        changes[number].kind = .domain(name, in: chosen.parameter)
        if chosen.place(of: name) != nil || chosen.names.contains(name) {
            namedRemovals[chosen.parameter, default: []].insert(name)
        }
    }

    private static func precedes(_ list: String, _ other: String?) -> Bool {
        let order = Change.domainLists
        guard let one = order.firstIndex(of: list), let two = other.flatMap(order.firstIndex(of:)) else {
            return false
        }
        return one < two
    }

    // MARK: Aliases and mailboxes

    private mutating func remarkOnAlias(_ source: String, _ targets: [String], _ number: Int) async {
        let overlay = ChangeOverlay([], mailboxes: now.tables.virtualMailboxMaps)
        var found: [String] = []
        for table in now.tables.virtualAliasMaps.tables where !overlay.isOfMailboxes(table) {
            do throws(LookupFailure) {
                guard let value = try await table.lookup(source, observer: nil) else { continue }
                found += value.split { $0 == "," || $0.isWhitespace }.map(String.init)
            } catch {
                remark(number, "what \(source) has could not be asked: \(error)")
                return
            }
        }
        let known = Set(found.map { $0.lowercased() })
        guard changes[number].isRemoval else {
            for target in targets where known.contains(target.lowercased()) {
                remark(number, "\(source) has an alias to \(target) already")
            }
            return
        }
        if found.isEmpty {
            let tables = now.tables.virtualAliasMaps.tables.filter { !overlay.isOfMailboxes($0) }
            let near = await NearKeys.nearest(to: source, in: tables).map { "; did you mean \($0)?" } ?? ""
            remark(number, "\(source) has no alias that could go\(await otherAnswer(to: source))\(near)")
        } else if let target = targets.first, !known.contains(target.lowercased()) {
            let nearest = Spelling.nearestFirst(to: target, in: found)
            let more = nearest.count > 10 ? " and \(nearest.count - 10) more" : ""
            remark(
                number,
                "\(source) has no alias to \(target); it has \(nearest.prefix(10).joined(separator: ", "))\(more)"
            )
        }
    }

    /// What the address is instead, in words that go on.
    private func otherAnswer(to source: String) async -> String {
        let address = MailAddress(source)
        if let found = try? await now.router.find(address, in: now.tables.virtualMailboxMaps),
            !found.key.hasPrefix("@")
        {
            return "; it is a mailbox"
        }
        guard let found = try? await now.router.find(address, in: now.tables.virtualAliasMaps) else {
            return ""
        }
        return "; \(found.key) answers for it, with \(found.value)"
    }

    private mutating func remarkOnMailbox(_ address: String, _ number: Int) async {
        let list = now.tables.virtualMailboxMaps
        do throws(LookupFailure) {
            let isThere = try await list.lookup(address) != nil
            if changes[number].isRemoval, !isThere {
                let near =
                    await NearKeys.nearest(to: address, in: list.tables).map { "; did you mean \($0)?" } ?? ""
                remark(number, "\(list.parameter) does not have \(address), so nothing goes\(near)")
            } else if !changes[number].isRemoval, isThere {
                remark(number, "\(address) is a mailbox already")
            }
            guard !changes[number].isRemoval, let domain = MailAddress(address).domain,
                try await now.router.addressClass(of: MailAddress(address)) != .virtualMailbox,
                !changes.contains(where: { $0.kind == .domain(domain, in: "virtual_mailbox_domains") })
            else { return }
            remark(
                number,
                "\(domain) is not in virtual_mailbox_domains, so nobody asks for it; think of 'domain \(domain)' too"
            )
        } catch {
            remark(number, "whether \(address) is a mailbox could not be asked: \(error)")
        }
    }
}

extension RoutingTables {
    /// In the order in which they count.
    fileprivate var domainLists: [MatchList] {
        [mydestination, virtualAliasDomains, virtualMailboxDomains, relayDomains]
    }
}
