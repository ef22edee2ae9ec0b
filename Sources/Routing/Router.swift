import Logging
import LookupTables
import MailFormat

/// An address's way: its class, its aliases, whether it is known here, and where its mail goes.
///
/// RCPT TO, the expansion of an accepted message, `explain` and `check` all go through this one type.
///
///     let destination = try await router.destination(of: MailAddress("jack@example.org"))
///     switch await router.verdict(on: MailAddress("jack@example.org"), at: destination) { … }
public struct Router: Sendable {
    let core: RoutingCore

    /// - Parameter logger: told of what the operator should know: domains in two classes, alias targets that
    ///   were left out. The label is that of whoever asks (`smtpd`).
    public init(
        settings: RoutingSettings, tables: RoutingTables, logger: Logger = Logger(label: "trivial-rewrite")
    ) {
        core = RoutingCore(settings: settings, tables: tables, logger: logger)
    }

    /// The address in full, as trivial-rewrite(8) makes it: `john` is `john@$myorigin`.
    public func completed(_ address: MailAddress) -> MailAddress { core.completion.complete(address) }

    /// A trail for what is asked about one recipient, so that an outage of the tables need not hold up its mail.
    /// Whoever makes it ends it. Nil where nothing is remembered.
    ///
    /// A question about who may send is put without one.
    public func trail() -> LookupTrail? { core.trail() }

    /// Where the address belongs. One without a domain is completed with `$myorigin`.
    public func destination(
        of address: MailAddress, observer: (any RoutingObserver)? = nil, trail: LookupTrail? = nil
    ) async throws(LookupFailure) -> Destination {
        try await core.destination(of: address, observer: observer, trail: trail)
    }

    /// What RCPT TO answers once relaying is permitted, and who gets the mail.
    ///
    /// What is known only from memory refuses nobody for good: the address is deferred then.
    ///
    /// - Parameters:
    ///   - destination: what ``destination(of:observer:trail:)`` said, so that nothing is asked twice.
    ///   - sender: who the mail is from, for routes that depend on it.
    public func verdict(
        on recipient: MailAddress, at destination: Destination, from sender: ReversePath = .null,
        observer: (any RoutingObserver)? = nil, trail: LookupTrail? = nil
    ) async -> RecipientVerdict {
        var inquiry = Inquiry(core, from: sender, observer: observer, trail: trail)
        let verdict =
            core.rewritesRecipients
            ? await inquiry.rewrittenVerdict(on: recipient, at: destination)
            : await inquiry.verdict(on: recipient, at: destination)
        guard let substitution = trail?.substitution else { return verdict }
        switch verdict {
        case .rejected: return Self.temporaryFailure(on: recipient, substitution.failure)
        case .accepted: core.tellOfMemory(recipient, substitution)
        case .deferred: break
        }
        return verdict
    }

    /// The same where the destination is not known yet; a list of domains that cannot be asked defers the address.
    public func verdict(on recipient: MailAddress, observer: (any RoutingObserver)? = nil) async
        -> RecipientVerdict
    {
        do {
            return await verdict(
                on: recipient, at: try await destination(of: recipient, observer: observer),
                observer: observer)
        } catch {
            return Self.temporaryFailure(on: recipient, error)
        }
    }

    /// Whether the tables of users know an address that mail is said to be from: `reject_unlisted_sender`.
    ///
    /// A question about who may send: never answered from memory.
    ///
    /// - Parameter recipient: who the mail is for, where that is known already: mail back would be from there, for
    ///   routes that depend on the sender.
    public func verdict(
        onSender sender: MailAddress, to recipient: MailAddress?, observer: (any RoutingObserver)? = nil
    ) async -> SenderVerdict {
        var inquiry = Inquiry(
            core, from: recipient.map(ReversePath.address) ?? .null, observer: observer, trail: nil)
        do throws(LookupFailure) {
            return try await inquiry.verdict(onSender: sender)
        } catch {
            return .deferred(Self.temporaryFailure(on: sender), cause: error.description)
        }
    }

    /// Who gets the mail for an address, where nobody asks whether it is listed (`smtpd_reject_unlisted_recipient = no`):
    /// accepted for whatever its aliases lead to, or deferred where they lead nowhere.
    public func expansion(
        of recipient: MailAddress, at destination: Destination, from sender: ReversePath = .null,
        observer: (any RoutingObserver)? = nil, trail: LookupTrail? = nil
    ) async -> RecipientVerdict {
        var inquiry = Inquiry(core, from: sender, observer: observer, trail: trail)
        return core.rewritesRecipients
            ? await inquiry.rewrittenExpansion(of: recipient, at: destination)
            : await inquiry.verdict(on: recipient, at: destination, isJudged: false)
    }

    /// Transport and next hop of a final recipient, as they are now; in an outage, as they were lately.
    ///
    /// - Parameter sender: who the mail is from (`sender_dependent_relayhost_maps`).
    public func route(
        for recipient: MailAddress, from sender: ReversePath, observer: (any RoutingObserver)? = nil
    ) async throws(LookupFailure) -> Route {
        let trail = core.trail()
        var inquiry = Inquiry(core, from: sender, observer: observer, trail: trail)
        do throws(LookupFailure) {
            let route = try await inquiry.route(to: try await inquiry.destination(of: recipient))
            // Nothing that is known only from memory ends in a bounce.
            if route.transport == "error", let substitution = trail?.substitution {
                throw substitution.failure
            }
            trail?.keep()
            return route
        } catch {
            trail?.correct()
            throw error
        }
    }

    /// The verdict where a table could not be asked: `451 4.3.0 <x>: Temporary lookup failure`.
    public static func temporaryFailure(on recipient: MailAddress, _ failure: LookupFailure)
        -> RecipientVerdict
    {
        .deferred(temporaryFailure(on: recipient), cause: failure.description)
    }

    private static func temporaryFailure(on address: MailAddress) -> SMTPReply {
        SMTPReply(
            451, EnhancedStatusCode(.persistentTransientFailure, 3, 0),
            "<\(address.text)>: Temporary lookup failure")
    }
}

extension Router {
    /// What is to be done with a message for a local recipient, its aliases followed: local(8).
    ///
    /// The agent `local` does what this says, and `explain` shows it.
    ///
    /// - Parameters:
    ///   - transport: the recipient's; other addresses of that transport are followed as well.
    ///   - deliveredTo: the addresses of the message's Delivered-To: fields in lower case, quoted as they stand there:
    ///     who is named there has had the message.
    public func localDeliveries(
        of recipient: MailAddress, over transport: String, from sender: ReversePath,
        deliveredTo: Set<String> = [], files: any LocalFiles, observer: (any RoutingObserver)? = nil
    ) async throws(LookupFailure) -> [LocalDelivery] {
        var walk = LocalWalk(
            Inquiry(core, from: sender, observer: observer, trail: nil), transport: transport,
            deliveredTo: deliveredTo, files: files)
        try await walk.follow(recipient, LocalWalk.Place(sender: sender))
        return walk.deliveries
    }

    /// The class of the address's domain; an address without one is local.
    public func addressClass(
        of address: MailAddress, observer: (any RoutingObserver)? = nil
    ) async throws(LookupFailure) -> AddressClass {
        try await destination(of: address, observer: observer).addressClass
    }
}

extension Router {
    /// Asks a list for an address as tables with addresses are asked: whole, without its extension, the bare local
    /// part where the domain is this machine's own, `@domain`.
    ///
    /// - Returns: the first answer, and the key that has it; nil where no key has one.
    public func find(
        _ address: MailAddress, in list: TableList, observer: (any RoutingObserver)? = nil
    ) async throws(LookupFailure) -> (value: String, key: String)? {
        var inquiry = Inquiry(core, observer: observer, trail: nil)
        switch await inquiry.search(list, for: [try await inquiry.keys(of: address)])[0] {
        case .found(let value, let key, _): return (value, key.text)
        case .notFound: return nil
        case .failed(let failure): throw failure
        }
    }
}
