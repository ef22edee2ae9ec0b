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

struct Refusal: Hashable, Sendable {
    let code: Int
    let status: EnhancedStatusCode
    /// What stands after `Recipient address rejected: `.
    let text: String

    func reply(to recipient: MailAddress) -> SMTPReply {
        SMTPReply(code, status, "<\(recipient.text)>: Recipient address rejected: \(text)")
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
        switch route.transport {
        case "error":
            let (status, text) = Self.splitStatus(route.nextHop, EnhancedStatusCode(.permanentFailure, 1, 1))
            let code = addressClass == .virtualAlias ? core.settings.unknownVirtualAliasRejectCode : 550
            return .unknown(Refusal(code: code, status: status, text: text))
        case "retry":
            let (status, text) = Self.splitStatus(
                route.nextHop, EnhancedStatusCode(.persistentTransientFailure, 1, 1))
            return .postponed(Refusal(code: 450, status: status, text: text))
        default:
            return nil
        }
    }

    /// `5.7.1 text` with a code of its own, or plain text.
    private static func splitStatus(
        _ text: String, _ otherwise: EnhancedStatusCode
    ) -> (EnhancedStatusCode, String) {
        let words = text.split(separator: " ", maxSplits: 1)
        guard let first = words.first, let status = EnhancedStatusCode(first) else {
            return (otherwise, text)
        }
        return (status, words.count > 1 ? String(words[1]) : "")
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
            code: code,
            status: EnhancedStatusCode(code >= 500 ? .permanentFailure : .persistentTransientFailure, 1, 1),
            text: settings.showsUserUnknownTableName ? "User unknown in \(table) table" : "User unknown")
    }
}
