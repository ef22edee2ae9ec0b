import MailFormat
import Routing

/// Why a word of a restriction list lets the walk go on, in the operator's words.
extension AccessEvaluation {
    /// - Parameter permits: it ended the list; else the next word is looked at.
    func reason(of restriction: Restriction, permits: Bool) -> String {
        let client = circumstances.client
        switch restriction {
        case .permit, .reject, .defer:
            return "always"
        case .deferIfPermit:
            return "where in the end nothing refuses, this is the reply"
        case .deferIfReject:
            return "where a later word refuses for good, this is the reply"
        case .permitMynetworks:
            return "\(settings.mynetworks.parameter) \(permits ? "has" : "does not have") \(client.address)"
        case .permitInetInterfaces:
            return "\(client.address) is \(permits ? "" : "not ")an address of this machine"
        case .permitSASLAuthenticated:
            return circumstances.login.map { "logged in as \($0)" } ?? "the client has not logged in"
        case .permitAuthDestination, .rejectUnauthDestination, .deferUnauthDestination:
            return destinationReason
        case .rejectUnlistedRecipient:
            return recipient == nil ? "there is no recipient yet" : "the recipient is known here"
        case .rejectUnlistedSender:
            return "the sender is known here, or is none of ours"
        case .rejectNonFQDNSender:
            return "the sender's domain is complete, or there is no sender"
        case .rejectNonFQDNRecipient:
            return "the recipient's domain is complete"
        case .rejectNonFQDNHelo:
            return "the name in HELO is complete"
        case .rejectInvalidHelo:
            return "the name in HELO is well-formed"
        case .rejectUnauthPipelining:
            return "no command came before its time"
        case .rejectSenderLoginMismatch, .rejectAuthenticatedSenderLoginMismatch,
            .rejectUnauthenticatedSenderLoginMismatch, .rejectKnownSenderLoginMismatch:
            return loginReason ?? "the sender may be used"
        case .rejectUnverifiedRecipient:
            return verificationReason ?? "there is no recipient yet"
        case .rejectUnverifiedSender:
            return verificationReason ?? "there is no sender whom a probe could ask about"
        case .warnIfReject(let inner):
            return reason(of: inner, permits: permits)
        }
    }

    private var destinationReason: String {
        guard let destination = recipientDestination else { return "there is no recipient yet" }
        let domain = destination.address.domain ?? ""
        if destination.isRouted, destination.addressClass != .other {
            return "\(destination.address.text) leads through \(domain) to somebody else"
        }
        return destination.addressClass == .other ? "\(domain) is not ours" : "\(domain) is ours"
    }
}

extension Restriction {
    /// As main.cf has it; of several names the one that is not obsolete, which is the longer one.
    var word: String {
        if case .warnIfReject(let inner) = self { return "warn_if_reject \(inner.word)" }
        return Self.names.filter { $0.value == self }.keys.max { $0.count < $1.count } ?? "\(self)"
    }
}
