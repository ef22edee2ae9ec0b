import MailFormat
import Routing

/// A step of a client's way through the restriction lists.
public enum AccessStep: Sendable {
    /// A list begins that is not empty: `smtpd_relay_restrictions`, with its words.
    case list(parameter: String, words: [String])
    /// A word of a list is looked at, or a parameter that is a check by itself; what is asked next, it asks.
    case word(String, parameter: String)
    /// What the word came to, and why.
    case result(Result, word: String, parameter: String, because: String)
    /// Words that do not matter any more, and why.
    case skipped(words: [String], parameter: String, because: String)

    public enum Result: Sendable {
        /// It has nothing against it, and nothing decisive for it: the next word is looked at.
        case passes
        /// The rest of the list is not looked at.
        case permits
        case refuses(SMTPReply)
        /// It would refuse, but stands behind `warn_if_reject`, so the log alone is told.
        case warns(SMTPReply)
        /// `defer_if_permit`, `defer_if_reject`: the reply in place of a later one.
        case keeps(SMTPReply)
    }
}

/// Told of each step through the restriction lists as well as of those that are asked about addresses, in order.
public protocol AccessObserver: RoutingObserver {
    func observed(_ step: AccessStep)
}
