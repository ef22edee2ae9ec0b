import LookupTables
import MailFormat
import Routing

/// Whose a sender address is: `smtpd_sender_login_maps`.
public struct SenderOwnership: Sendable {
    /// The key that a table has: the address, its local part, or `@domain`.
    public let key: String
    /// Logins, compared without case.
    public let owners: [String]

    public init(key: String, owners: [String]) {
        self.key = key
        self.owners = owners
    }

    public func includes(_ login: String) -> Bool {
        let login = KeyFolding.lowercase.fold(login)
        return owners.contains { KeyFolding.lowercase.fold($0) == login }
    }
}

extension AccessPolicy {
    /// Who owns a sender address; nil where no table has it.
    ///
    /// Source: smtpd_sender_login_maps in postconf(5).
    public func ownership(
        of sender: MailAddress, observer: (any RoutingObserver)? = nil
    ) async throws(LookupFailure) -> SenderOwnership? {
        let resolved = try await router.destination(of: sender, observer: observer).address
        guard
            let found = try await router.find(resolved, in: settings.senderLoginMaps, observer: observer)
        else { return nil }
        let owners = found.value.split { $0 == "," || $0.isWhitespace }.map(String.init)
        return SenderOwnership(key: found.key, owners: owners)
    }
}

extension AccessEvaluation {
    /// Which clients a word about senders and logins is for.
    private struct LoginRule {
        var authenticated = false
        var unauthenticated = false
        /// A sender that nobody owns may be used by everybody.
        var allowsUnowned = false

        init?(_ restriction: Restriction) {
            switch restriction {
            case .rejectSenderLoginMismatch: (authenticated, unauthenticated) = (true, true)
            case .rejectAuthenticatedSenderLoginMismatch: authenticated = true
            case .rejectUnauthenticatedSenderLoginMismatch: unauthenticated = true
            case .rejectKnownSenderLoginMismatch:
                (authenticated, unauthenticated, allowsUnowned) = (true, true, true)
            default: return nil
            }
        }
    }

    /// `553 5.7.1 <s>: Sender address rejected: not owned by user U`, `… not logged in`.
    ///
    /// - Returns: nil where there is nothing against the sender.
    mutating func loginRefusal(of restriction: Restriction) async -> Refusal? {
        loginReason = nil
        guard let rule = LoginRule(restriction) else { return nil }
        guard settings.offersLogin else {
            loginReason = "smtpd_sasl_auth_enable = no, so nobody can log in here: the word is ignored"
            return nil
        }
        guard !settings.senderLoginMaps.isEmpty else {
            loginReason = "smtpd_sender_login_maps is empty, so no sender has an owner"
            return nil
        }
        guard case .address(let sender)? = circumstances.sender else {
            loginReason = "the null sender has no owner"
            return nil
        }
        let login = circumstances.login
        guard login == nil ? rule.unauthenticated : rule.authenticated else {
            loginReason =
                login == nil ? "for clients that have logged in" : "for clients that have not logged in"
            return nil
        }
        let ownership: SenderOwnership?
        do throws(LookupFailure) {
            ownership = try await policy.ownership(of: sender, observer: observer)
        } catch {
            return .lookupFailure(sender, error)
        }
        guard let login else {
            guard ownership != nil else {
                loginReason = "nobody owns \(sender.text)"
                return nil
            }
            return Self.notOwned(sender, "not logged in")
        }
        guard let ownership else {
            loginReason = "nobody owns \(sender.text)"
            return rule.allowsUnowned ? nil : Self.notOwned(sender, "not owned by user \(login)")
        }
        loginReason = "\(login) owns \(sender.text) by \(ownership.key)"
        return ownership.includes(login) ? nil : Self.notOwned(sender, "not owned by user \(login)")
    }

    private static func notOwned(_ sender: MailAddress, _ reason: String) -> Refusal {
        Refusal(
            SMTPReply(
                553, .init(.permanentFailure, 7, 1),
                "<\(sender.text)>: Sender address rejected: \(reason)"))
    }
}
