import LookupTables
import MailFormat

extension Inquiry {
    /// An address after it was rewritten.
    struct Rewritten {
        var address: MailAddress
        /// A canonical table has it: RCPT TO asks no other table then.
        var isCanonical = false
        /// It was changed, if only to come back to what it was.
        var isChanged = false
    }

    /// How often a table is asked for what it has answered.
    private static let canonicalDepth = 10

    /// Canonical mapping, then masquerading: canonical(5), cleanup(8). Addresses go side by side.
    mutating func rewritten(
        _ addresses: [MailAddress], as kind: AddressKinds
    ) async throws(RewritingFailure) -> [Rewritten] {
        var results = addresses.map { Rewritten(address: $0) }
        let settings = core.settings.rewriting
        for (list, kinds) in core.tables.rewriting.canonicalLists(for: kind, settings)
        where !list.isEmpty && kinds.contains(kind) {
            try await canonicalize(&results, by: list)
        }
        guard settings.masquerades(kind) else { return results }
        for index in results.indices {
            do throws(LookupFailure) {
                let masked = try await masqueraded(results[index].address)
                if masked != results[index].address { results[index].isChanged = true }
                results[index].address = masked
            } catch {
                throw .lookup(parameter: core.tables.rewriting.masqueradeExceptions.parameter, error)
            }
        }
        return results
    }

    mutating func rewritten(
        _ address: MailAddress, as kind: AddressKinds
    ) async throws(RewritingFailure) -> Rewritten {
        try await rewritten([address], as: kind).first ?? Rewritten(address: address)
    }

    /// Asks until an address is not found or is its own answer.
    private mutating func canonicalize(
        _ results: inout [Rewritten], by list: TableList
    ) async throws(RewritingFailure) {
        var open = Array(results.indices)
        for _ in 0..<Self.canonicalDepth {
            var searches: [AddressKeys] = []
            let findings: [Finding]
            do throws(LookupFailure) {
                for index in open { searches.append(try await keys(of: results[index].address)) }
                findings = await search(list, for: searches)
            } catch {
                throw .lookup(parameter: list.parameter, error)
            }
            var next: [Int] = []
            for (index, finding) in zip(open, findings) {
                switch finding {
                case .notFound: continue
                case .failed(let failure): throw .lookup(parameter: list.parameter, failure)
                case .found(let value, let key, let `extension`):
                    let before = results[index].address
                    let after = try target(value, of: before, key, `extension`, list)
                    results[index] = Rewritten(
                        address: after, isCanonical: true,
                        isChanged: results[index].isChanged || after != before)
                    guard after.folded != before.folded else { continue }
                    tell(.changed(from: before, to: after, because: "\(list.parameter) has \(key.text)"))
                    next.append(index)
                }
            }
            open = next
            if open.isEmpty { return }
        }
        for index in open {
            let text = "\(list.parameter): unreasonable map nesting for \(results[index].address.text)"
            tell(.warned(text))
            core.logger.warning("\(text)")
        }
    }

    /// The first address of an answer; `@other` is the same local part at another domain.
    private func target(
        _ value: String, of address: MailAddress, _ key: AddressKeys.Key, _ extension: String,
        _ list: TableList
    ) throws(RewritingFailure) -> MailAddress {
        let unmatched = key.kind == .withoutExtension ? `extension` : ""
        let targets = AddressList.parse(value)
        guard var target = targets.first else {
            throw .setup("\(list.parameter): \(key.text) has no address in its answer \"\(value)\"")
        }
        if targets.count > 1 {
            core.logger.warning("multi-valued \(list.parameter) entry for \(address.text)")
        }
        if target.localPart.isEmpty {
            target.localPart = String(
                decoding: address.localPart.utf8.dropLast(unmatched.utf8.count), as: UTF8.self)
        }
        target = core.completion.complete(target)
        if core.settings.rewriting.propagatesExtensions { target.localPart += unmatched }
        guard !target.hasControlCharacter, !target.localPart.isEmpty else {
            throw .setup("\(list.parameter): \(key.text) has no address in its answer \"\(value)\"")
        }
        return target
    }

    private func masqueraded(_ address: MailAddress) async throws(LookupFailure) -> MailAddress {
        guard let domain = address.domain,
            let short = core.settings.rewriting.masquerade.domain(for: domain)
        else { return address }
        let exceptions = core.tables.rewriting.masqueradeExceptions
        if !exceptions.isEmpty,
            try await exceptions.contains(address.localPart, observer: observer, trail: trail)
        {
            return address
        }
        let masked = MailAddress(localPart: address.localPart, domain: short)
        tell(.changed(from: address, to: masked, because: "masquerade_domains has \(short)"))
        return masked
    }
}

extension RewritingSettings {
    fileprivate func masquerades(_ kind: AddressKinds) -> Bool {
        !masquerade.isEmpty && masqueraded.contains(kind)
    }
}

extension RewritingTables {
    /// The lists in the order of asking, each with the kinds of addresses that it changes.
    fileprivate func canonicalLists(
        for kind: AddressKinds, _ settings: RewritingSettings
    ) -> [(TableList, AddressKinds)] {
        let (own, kinds) =
            kind.isSubset(of: [.envelopeSender, .headerSender])
            ? (senderCanonicalMaps, settings.senderCanonical)
            : (recipientCanonicalMaps, settings.recipientCanonical)
        return [(own, kinds), (canonicalMaps, settings.canonical)]
    }

    /// Whether a canonical table or masquerading may change addresses of this kind.
    func changes(_ kind: AddressKinds, _ settings: RewritingSettings) -> Bool {
        settings.masquerades(kind)
            || canonicalLists(for: kind, settings).contains { !$0.isEmpty && $1.contains(kind) }
    }
}

extension RoutingTables {
    /// Whether any address of the envelope's kind may be rewritten, or somebody may get a copy because of it.
    func rewrites(_ kind: AddressKinds, _ settings: RewritingSettings) -> Bool {
        if rewriting.changes(kind, settings) { return true }
        return kind == .envelopeSender
            ? !rewriting.senderBccMaps.isEmpty || !settings.alwaysBcc.isEmpty
            : !rewriting.recipientBccMaps.isEmpty
    }
}
