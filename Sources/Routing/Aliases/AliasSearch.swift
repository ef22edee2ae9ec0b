import LookupTables
import MailFormat

extension Inquiry {
    /// Asks for the address, then for its targets, then for theirs, a generation at a time, until nothing new comes
    /// or a limit is passed.
    mutating func aliasExpansion(from address: MailAddress) async -> AliasExpansion {
        let settings = core.settings
        var expansion = AliasExpansion(
            answers: [:], recursionLimit: settings.aliasRecursionLimit,
            expansionLimit: settings.aliasExpansionLimit)
        var generation = [address]
        var depth = 0
        while !generation.isEmpty {
            let found = await aliasAnswers(of: generation)
            var next: [MailAddress] = []
            for (address, answer) in zip(generation, found) {
                expansion.answers[address] = answer
                if case .targets(let targets, _) = answer { next += targets }
            }
            depth += 1
            // Past this the limits may be passed as well; before it they cannot.
            if depth >= settings.aliasRecursionLimit || next.count >= settings.aliasExpansionLimit,
                expansion.fails(for: address)
            {
                return expansion
            }
            var seen: Set<MailAddress> = []
            generation = next.filter { expansion.answers[$0] == nil && seen.insert($0).inserted }
        }
        return expansion
    }

    /// What the alias maps say of each address, asked side by side.
    mutating func aliasAnswers(of addresses: [MailAddress]) async -> [AliasAnswer] {
        var answers = [AliasAnswer](repeating: .none, count: addresses.count)
        var searches: [AddressKeys] = []
        var places: [Int] = []
        for (place, address) in addresses.enumerated() {
            do throws(LookupFailure) {
                searches.append(try await aliasKeys(of: address))
                places.append(place)
            } catch {
                answers[place] = .failed(error)
            }
        }
        var findings = await search(core.tables.virtualAliasMaps, for: searches)
        if core.settings.catchallAfterMailboxes {
            await searchCatchalls(addresses, places, &findings)
        }
        for (place, finding) in zip(places, findings) {
            answers[place] = answer(finding, for: addresses[place])
        }
        return answers
    }

    private mutating func aliasKeys(of address: MailAddress) async throws(LookupFailure) -> AddressKeys {
        let settings = core.settings
        let names = settings.matchesLongestName ? try await namesBeforeMailbox(of: address) : nil
        // A wildcard is a catch-all for a part of the domain: where those come after mailboxes, so does it.
        return try await keys(
            of: address, catchall: !settings.catchallAfterMailboxes, names: names,
            wildcards: settings.catchallAfterMailboxes ? 0 : settings.aliasWildcardLength)
    }

    /// `recipient_delimiter_longest_match`: an address, or a longer name of it, that is a mailbox keeps the shorter
    /// names' aliases from taking its mail.
    ///
    /// - Returns: how many names of the address may be asked for, from the longest; nil where no mailbox decides.
    private mutating func namesBeforeMailbox(of address: MailAddress) async throws(LookupFailure) -> Int? {
        let splits = core.extensionRule.splits(address.localPart)
        guard !splits.isEmpty, try await destination(of: address).addressClass == .virtualMailbox else {
            return nil
        }
        for (index, name) in ([address.localPart] + splits.map(\.user)).enumerated() {
            let only = AddressKeys(only: MailAddress(localPart: name, domain: address.domain))
            for list in [core.tables.virtualAliasMaps, core.tables.virtualMailboxMaps] {
                switch await search(list, for: [only])[0] {
                case .found: return index + 1
                case .failed(let failure): throw failure
                case .notFound: continue
                }
            }
        }
        return nil
    }

    /// `virtual_catchall_after_mailboxes`: an address that is a mailbox is not taken by the catch-all of its domain.
    private mutating func searchCatchalls(
        _ addresses: [MailAddress], _ places: [Int], _ findings: inout [Finding]
    ) async {
        for (index, place) in places.enumerated() {
            guard case .notFound = findings[index] else { continue }
            let address = addresses[place]
            do throws(LookupFailure) {
                let destination = try await destination(of: address)
                if destination.addressClass == .virtualMailbox, !core.tables.virtualMailboxMaps.isEmpty,
                    case .known = try await standing(of: destination)
                {
                    tell(
                        .notAsked(
                            parameter: core.tables.virtualAliasMaps.parameter,
                            key: "@\(address.domain ?? "")",
                            because:
                                "\(address.text) is a mailbox, and virtual_catchall_after_mailboxes = yes"))
                    continue
                }
                let keys = try await keys(of: address, wildcards: core.settings.aliasWildcardLength)
                findings[index] = await search(core.tables.virtualAliasMaps, for: [keys])[0]
            } catch {
                findings[index] = .failed(error)
            }
        }
    }

    private func answer(_ finding: Finding, for address: MailAddress) -> AliasAnswer {
        switch finding {
        case .notFound:
            return .none
        case .failed(let failure):
            return .failed(failure)
        case .found(let value, let key, let `extension`):
            let answer = AliasAnswer(value, key: key, extension: `extension`, of: address, core: core)
            if let observer { observer.observed(of: address, answer, key: key, extension: `extension`) }
            return answer
        }
    }
}

extension RoutingObserver {
    fileprivate func observed(
        of address: MailAddress, _ answer: AliasAnswer, key: AddressKeys.Key, extension: String
    ) {
        if key.kind == .withoutExtension {
            let user = String(
                decoding: address.localPart.utf8.dropLast(`extension`.utf8.count), as: UTF8.self)
            observed(.split(address, user: user, extension: `extension`))
        }
        guard case .targets(let targets, let key) = answer else { return }
        observed(.expanded(address, key: key, targets: targets))
        if targets.contains(where: { $0.folded == address.folded }) { observed(.keptItself(address)) }
    }
}
