import LookupTables
import MailFormat

extension RoutingCore {
    /// Completes the address, follows routing through this machine, and finds the class of its domain.
    ///
    /// Source: trivial-rewrite(8), "address resolution"; ADDRESS_CLASS_README.
    ///
    /// - Parameter known: classes that were found before, by domain in lower case.
    func destination(
        of address: MailAddress, known: [String: AddressClass] = [:], observer: (any RoutingObserver)?,
        trail: LookupTrail?
    ) async throws(LookupFailure) -> Destination {
        let (resolved, isLocal) = try await resolve(address, observer: observer, trail: trail)
        if let observer, resolved != address { observer.observed(.rewritten(from: address, to: resolved)) }
        let domain = ASCII.folded(resolved.domain ?? "")
        let isRouted = resolved.localPart.utf8.contains {
            $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "!") || $0 == UInt8(ascii: "%")
        }
        if let addressClass = known[domain] {
            return Destination(address: resolved, addressClass: addressClass, isRouted: isRouted)
        }
        let addressClass =
            isLocal
            ? classified(domain, .local, observer)
            : try await foreignClass(of: domain, observer: observer, trail: trail)
        if settings.helpfulWarnings, addressClass != .relay, addressClass != .other {
            await warnOfSecondClass(domain, addressClass, observer: observer)
        }
        return Destination(address: resolved, addressClass: addressClass, isRouted: isRouted)
    }

    /// Takes our own domains off the right end for as long as another address stands before them.
    private func resolve(
        _ address: MailAddress, observer: (any RoutingObserver)?, trail: LookupTrail?
    ) async throws(LookupFailure) -> (MailAddress, isLocal: Bool) {
        var current = completion.complete(address)
        // `user%[192.0.2.1]` without an `@`: Postfix 3.7 does not look whether such an address is its own.
        if address.domain == nil, current.domain?.utf8.first == UInt8(ascii: "[") { return (current, false) }
        if current.localPart.isEmpty, current.domain == nil {
            current = completion.complete(MailAddress(localPart: settings.emptyAddressRecipient, domain: nil))
        }
        if current.domain == nil { current.domain = settings.myhostname }
        // Each turn takes a domain away, so there are no more turns than bytes.
        while let domain = current.domain {
            guard try await isLocal(ASCII.folded(domain), observer: observer, trail: trail) else {
                return (current, false)
            }
            guard let inner = innerAddress(of: current.localPart) else {
                if current.localPart.isEmpty { current.localPart = settings.emptyAddressRecipient }
                return (current, true)
            }
            current = completion.complete(inner)
        }
        return (current, false)
    }

    /// The address that a local part holds: `user@other`, `user%other`, `other!user`; nil where it is a plain user.
    private func innerAddress(of localPart: String) -> MailAddress? {
        let bare = MailAddress(localPart: localPart, domain: nil)
        let isQuoted = bare.quoted != localPart
        guard !isQuoted || settings.resolvesDequotedAddress else { return nil }
        if localPart.utf8.contains(UInt8(ascii: "@")) { return MailAddress(localPart) }
        var inner = bare
        completion.promoteRoutingOperator(&inner)
        return inner.domain == nil ? nil : inner
    }

    // MARK: Classes

    private func foreignClass(
        of domain: String, observer: (any RoutingObserver)?, trail: LookupTrail?
    ) async throws(LookupFailure) -> AddressClass {
        let isAlias: Bool
        let isMailbox: Bool
        switch (
            tables.virtualAliasDomains.answerFromNames(domain),
            tables.virtualMailboxDomains.answerFromNames(domain)
        ) {
        case (true?, _):
            return classified(domain, .virtualAlias, observer)
        case (false?, let answer?):
            (isAlias, isMailbox) = (false, answer)
        case (nil, let answer?):
            isAlias = try await tables.virtualAliasDomains.contains(domain, observer: observer, trail: trail)
            isMailbox = answer
        case (false?, nil):
            isAlias = false
            isMailbox = try await tables.virtualMailboxDomains.contains(
                domain, observer: observer, trail: trail)
        case (nil, nil):
            let (alias, mailbox) = await askBoth(
                tables.virtualAliasDomains, tables.virtualMailboxDomains, domain, observer,
                trail)
            isAlias = try alias.get()
            isMailbox = isAlias ? false : try mailbox.get()
        }
        if isAlias { return classified(domain, .virtualAlias, observer) }
        if isMailbox { return classified(domain, .virtualMailbox, observer) }
        if try await tables.relayDomains.contains(domain, observer: observer, trail: trail) {
            return classified(domain, .relay, observer)
        }
        return classified(domain, .other, observer)
    }

    /// Both lists at the same time: a domain of mailboxes, which is the common case, needs both answers.
    private func askBoth(
        _ first: MatchList, _ second: MatchList, _ domain: String, _ observer: (any RoutingObserver)?,
        _ trail: LookupTrail?
    ) async -> (Result<Bool, LookupFailure>, Result<Bool, LookupFailure>) {
        let record = observer.map { _ in RoutingRecord() }
        async let later = Self.answer(second, domain, record, trail)
        let now = await Self.answer(first, domain, observer, trail)
        let then = await later
        if let observer { record?.drain(into: observer) }
        return (now, then)
    }

    private static func answer(
        _ list: MatchList, _ domain: String, _ observer: (any RoutingObserver)?, _ trail: LookupTrail?
    ) async -> Result<Bool, LookupFailure> {
        do {
            return .success(try await list.contains(domain, observer: observer, trail: trail))
        } catch {
            return .failure(error)
        }
    }

    private func classified(
        _ domain: String, _ addressClass: AddressClass, _ observer: (any RoutingObserver)?
    ) -> AddressClass {
        if let observer {
            let because =
                switch addressClass {
                case .local where !domain.hasPrefix("["): tables.mydestination.words(having: domain)
                case .local: "\(domain) is an address of this machine"
                case .virtualAlias: tables.virtualAliasDomains.words(having: domain)
                case .virtualMailbox: tables.virtualMailboxDomains.words(having: domain)
                case .relay: tables.relayDomains.words(having: domain)
                case .other: "no list of ours has \(domain)"
                }
            observer.observed(.classified(domain: domain, addressClass, because: because))
        }
        return addressClass
    }
}
