import MailFormat

/// A question or a decision on an address's way.
public enum RoutingStep: Sendable {
    /// A table was asked.
    case asked(Question)
    /// A table was not asked, and why: `virtual_mailbox_maps` for an address that an alias answered.
    case notAsked(parameter: String, key: String, because: String)
    /// The address was completed or resolved to what it means.
    case rewritten(from: MailAddress, to: MailAddress)
    /// A canonical table or masquerading changed the address: `sender_canonical_maps has john@example.org`.
    case changed(from: MailAddress, to: MailAddress, because: String)
    /// Somebody gets a copy: `recipient_bcc_maps has john@example.org`.
    case copied(to: MailAddress, because: String)
    /// The class of a domain, and what made it so: `virtual_mailbox_domains has box.example`.
    case classified(domain: String, AddressClass, because: String)
    /// `user+tag` was looked at as user and extension (with its delimiter).
    case split(MailAddress, user: String, extension: String)
    /// An alias, its key and its targets.
    case expanded(MailAddress, key: String, targets: [MailAddress])
    /// An alias that leads to itself: the search ends there, and the address gets the mail.
    case keptItself(MailAddress)
    /// Why the aliases of an address could not be followed to their end.
    case stopped(MailAddress, cause: String)
    /// The recipient tables know the address, or need not: what says so.
    case known(MailAddress, because: String)
    /// Nobody knows the address.
    case unknown(MailAddress, because: String)
    /// An alias target that nobody knows was left out.
    case leftOut(MailAddress)
    /// How the mail leaves.
    case routed(MailAddress, Route, because: String)
    /// Two lists have the domain, and the second counts for nothing: the names of both.
    case contested(domain: String, by: String, and: String)
    /// What the log is told as a warning.
    case warned(String)
}

extension RoutingStep {
    /// Postfix's words for a domain that two lists have.
    public static func contestedWarning(_ domain: String, by first: String, and second: String) -> String {
        "do not list domain \(domain) in BOTH \(first) and \(second)"
    }
}
