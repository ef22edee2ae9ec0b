import Logging
import MailFormat
import Routing

/// What is done to the header of one message, with all that it needs to know.
struct HeaderWork: Sendable {
    let settings: HeaderSettings
    let router: Router
    let treatment: HeaderSettings.Treatment
    /// The message's final sender.
    let sender: ReversePath
    let id: String
    let hostname: String
    let date: MailDate
    let logger: Logger

    private var isRewriting: Bool { treatment == .local || treatment == .remote }

    /// - Parameter name: in lower case.
    func drops(_ name: String) -> Bool { isRewriting && settings.dropped.contains(name) }

    /// - Parameter field: from its name to its line end.
    /// - Returns: nil where it stays as it is.
    func rewritten(
        _ field: [UInt8], as role: HeaderField.Role
    ) async throws(RewritingFailure) -> [UInt8]? {
        guard isRewriting, let colon = field.firstIndex(of: UInt8(ascii: ":")),
            let name = HeaderField.name(in: field)
        else { return nil }
        let end = field.endIndex - (field.suffix(2) == [0x0D, 0x0A] ? 2 : 0)
        guard
            var body = AddressField(field[(colon + 1)..<max(end, colon + 1)], tokenLimit: settings.tokenLimit)
        else {
            logger.warning(
                "\(id): more than header_address_token_limit = \(settings.tokenLimit) pieces in a header field: not rewritten"
            )
            return nil
        }
        var addresses = body.addresses
        guard !addresses.isEmpty else { return nil }
        let isChanged = try await router.rewrite(
            &addresses, as: role == .sender ? .headerSender : .headerRecipient,
            completion: treatment == .local
                ? router.localCompletion : router.completion(with: settings.remoteDomain))
        guard isChanged else { return nil }
        body.addresses = addresses
        return body.text(name: field[..<name.length])
    }

    /// The fields that RFC 5322 §3.6 asks for and the message does not have.
    func missingFields(_ presence: HeaderField.Presence) -> [UInt8] {
        let isResent = presence.contains(.resent)
        let prefix = isResent ? "Resent-" : ""
        var fields = ""
        if !presence.contains(isResent ? .resentMessageID : .messageID) {
            fields += "\(prefix)Message-Id: <\(date.compact).\(id)@\(hostname)>\r\n"
        }
        if !presence.contains(isResent ? .resentDate : .date) { fields += "\(prefix)Date: \(date)\r\n" }
        if !presence.contains(isResent ? .resentFrom : .from) {
            let from = sender == .null ? "MAILER-DAEMON" : sender.quoted
            fields += "\(prefix)From: \(from)\r\n"
        }
        if !presence.contains(.visibleRecipient), !settings.undisclosedRecipients.isEmpty {
            fields += settings.undisclosedRecipients + "\r\n"
        }
        return Array(fields.utf8)
    }

    func tellOfLongField(isDropped: Bool) {
        guard isRewriting, !isDropped else { return }
        logger.warning(
            "\(id): a header field is longer than header_size_limit = \(settings.sizeLimit): not rewritten")
    }
}
