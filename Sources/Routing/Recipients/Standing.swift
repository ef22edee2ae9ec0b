import LookupTables
import MailFormat

/// Whether the tables of an address's class know it.
enum Standing: Sendable {
    /// Known, or of a class whose recipients we cannot know.
    case known
    /// Refused, with the reply's parts: `550 5.1.1 User unknown in virtual mailbox table`.
    case unknown(Refusal)
    /// The transport says "try again": `450 4.1.1`.
    case postponed(Refusal)
}

/// What a refusal says, before it is known of whom: a recipient or a sender.
struct Refusal: Hashable, Sendable {
    let code: Int
    /// As the transport states it; nil where a table does not have the address.
    let status: EnhancedStatusCode?
    /// What stands after `Recipient address rejected: `.
    let text: String

    /// The reply, its status fitted to its code and to what the address is.
    func reply(to address: MailAddress, as role: AddressRole = .recipient) -> SMTPReply {
        let subject = status?.subject ?? 1
        let detail = status?.detail ?? role.unknownDetail
        return SMTPReply(
            code,
            EnhancedStatusCode(
                code >= 500 ? .permanentFailure : .persistentTransientFailure, subject,
                subject == 1 ? role.detail(for: detail) : detail),
            "<\(address.text)>: \(role.phrase): \(text)")
    }
}

extension Inquiry {
    /// Asks the recipient table of the class, for an address that is no alias.
    ///
    /// Source: smtpd_reject_unlisted_recipient in postconf(5), LOCAL_RECIPIENT_README, ADDRESS_CLASS_README.
    mutating func standing(of destination: Destination) async throws(LookupFailure) -> Standing {
        if let known = standings[destination.address] { return try known.get() }
        do {
            let standing = try await findStanding(of: destination)
            standings[destination.address] = .success(standing)
            return standing
        } catch {
            standings[destination.address] = .failure(error)
            throw error
        }
    }

    private mutating func findStanding(of destination: Destination) async throws(LookupFailure) -> Standing {
        let address = destination.address
        let route = try await route(to: destination)
        if let refusal = transportRefusal(route, destination.addressClass) {
            tell(.unknown(address, because: "its transport is \(route)"))
            return refusal
        }
        switch destination.addressClass {
        case .local where isAlwaysKnown(destination):
            tell(.known(address, because: "\(address.localPart) is always known here"))
            return .known
        case .local:
            return try await standing(
                of: address, in: core.tables.localRecipientMaps, "local recipient",
                code: core.settings.unknownLocalRecipientRejectCode)
        case .virtualMailbox:
            return try await standing(
                of: address, in: core.tables.virtualMailboxMaps, "virtual mailbox",
                code: core.settings.unknownVirtualMailboxRejectCode)
        case .relay:
            return try await standing(
                of: address, in: core.tables.relayRecipientMaps, "relay recipient",
                code: core.settings.unknownRelayRecipientRejectCode)
        case .virtualAlias, .other:
            tell(.known(address, because: "its recipients are another server's"))
            return .known
        }
    }

    private mutating func standing(
        of address: MailAddress, in list: TableList, _ table: String, code: Int
    ) async throws(LookupFailure) -> Standing {
        guard !list.isEmpty else {
            tell(.known(address, because: "\(list.parameter) is empty: every address is taken"))
            return .known
        }
        switch await search(list, for: [try await keys(of: address)])[0] {
        case .found(_, let key, _):
            tell(.known(address, because: "\(list.parameter) has \(key.text)"))
            return .known
        case .notFound:
            tell(.unknown(address, because: "\(list.parameter) does not have it"))
            return .unknown(core.unknownUser(in: table, code: code))
        case .failed(let failure):
            throw failure
        }
    }

    /// A transport of `error` or `retry` answers for itself: transport(5), "error:" and "retry:".
    private func transportRefusal(_ route: Route, _ addressClass: AddressClass) -> Standing? {
        let isError = route.transport == "error"
        guard isError || route.transport == "retry" else { return nil }
        let reason = StatedReason(route.nextHop)
        guard isError else { return .postponed(Refusal(code: 450, status: reason.status, text: reason.text)) }
        let code = addressClass == .virtualAlias ? core.settings.unknownVirtualAliasRejectCode : 550
        return .unknown(Refusal(code: code, status: reason.status, text: reason.text))
    }

    /// Names that are never looked up in a local domain, for mail to them must get in.
    func isAlwaysKnown(_ destination: Destination) -> Bool {
        guard destination.addressClass == .local else { return false }
        let user = destination.address.localPart
        return ASCII.equal(user, "postmaster") || ASCII.equal(user, "mailer-daemon")
            || ASCII.equal(user, core.settings.doubleBounceSender)
    }
}

extension RoutingCore {
    /// `User unknown in virtual mailbox table`, or without the table's name where the operator wants it hidden.
    func unknownUser(in table: String, code: Int) -> Refusal {
        Refusal(
            code: code, status: nil,
            text: settings.showsUserUnknownTableName ? "User unknown in \(table) table" : "User unknown")
    }
}
