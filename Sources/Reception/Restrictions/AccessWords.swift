import LookupTables
import MailFormat
import SMTPWire

/// What refusals say: Postfix's words, which name the thing that was refused.
extension AccessEvaluation {
    func refused(
        at stage: RestrictionLists.Stage, _ code: Int, _ reason: String, status: (UInt16, UInt16) = (7, 1)
    ) -> SMTPReply {
        SMTPReply(
            code, .init(Self.class(code), status.0, status.1),
            "<\(object(of: stage))>: \(phrase(of: stage)): \(reason)")
    }

    func temporaryFailure(at stage: RestrictionLists.Stage, _ failure: LookupFailure) -> Refusal {
        Refusal(
            SMTPReply(
                451, .init(.persistentTransientFailure, 3, 0),
                "<\(object(of: stage))>: Temporary lookup failure"),
            cause: failure.description)
    }

    private func object(of stage: RestrictionLists.Stage) -> String {
        switch stage {
        case .client: circumstances.client.text
        case .helo: circumstances.heloName ?? ""
        case .sender: circumstances.sender?.text ?? ""
        case .relay, .recipient: recipient?.text ?? ""
        case .data: "DATA"
        case .endOfData: "END-OF-MESSAGE"
        }
    }

    private func phrase(of stage: RestrictionLists.Stage) -> String {
        switch stage {
        case .client: "Client host rejected"
        case .helo: "Helo command rejected"
        case .sender: "Sender address rejected"
        case .relay, .recipient: "Recipient address rejected"
        case .data: "Data command rejected"
        case .endOfData: "End-of-data rejected"
        }
    }

    /// The refusals that need no lookup.
    func syntaxRefusal(of restriction: Restriction) -> SMTPReply? {
        switch restriction {
        case .rejectNonFQDNSender:
            guard case .address(let sender)? = circumstances.sender, !sender.isFullyQualified else {
                return nil
            }
            return SMTPReply(
                settings.codes.nonFQDN, .init(Self.class(settings.codes.nonFQDN), 5, 2),
                "<\(sender.text)>: Sender address rejected: need fully-qualified address")
        case .rejectNonFQDNRecipient:
            guard let recipient, !recipient.isFullyQualified else { return nil }
            return SMTPReply(
                settings.codes.nonFQDN, .init(Self.class(settings.codes.nonFQDN), 5, 2),
                "<\(recipient.text)>: Recipient address rejected: need fully-qualified address")
        case .rejectNonFQDNHelo:
            guard let name = circumstances.heloName else { return nil }
            if name.first == "[" { return HostNameSyntax.isLiteral(name) ? nil : invalidHelo(name) }
            if HostNameSyntax.isFullyQualified(name) { return nil }
            return SMTPReply(
                settings.codes.nonFQDN, .init(Self.class(settings.codes.nonFQDN), 5, 2),
                "<\(name)>: Helo command rejected: need fully-qualified hostname")
        case .rejectInvalidHelo:
            guard let name = circumstances.heloName else { return nil }
            let isValid =
                name.first == "["
                ? HostNameSyntax.isLiteral(name) : HostNameSyntax.isHostName(name) || IPAddress(name) != nil
            return isValid ? nil : invalidHelo(name)
        default:
            return nil
        }
    }

    private func invalidHelo(_ name: String) -> SMTPReply {
        SMTPReply(
            settings.codes.invalidHostname, .init(Self.class(settings.codes.invalidHostname), 5, 2),
            "<\(name)>: Helo command rejected: \(name.first == "[" ? "invalid ip address" : "Invalid name")")
    }

    private static func `class`(_ code: Int) -> EnhancedStatusCode.Class {
        code < 500 ? .persistentTransientFailure : .permanentFailure
    }
}

extension MailAddress {
    /// A domain with at least two labels, or an address literal.
    fileprivate var isFullyQualified: Bool {
        guard let domain else { return false }
        return domain.first == "[" || HostNameSyntax.isFullyQualified(domain)
    }
}
