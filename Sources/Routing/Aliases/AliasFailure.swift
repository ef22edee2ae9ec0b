import LookupTables
import MailFormat

/// Why the aliases of an address cannot be followed to their end.
enum AliasFailure: Error, Sendable {
    /// A table could not be asked: temporary.
    case lookup(LookupFailure)
    /// The tables answered, and what they say cannot be: the operator has to put it right.
    case setup(String)
}

extension AliasFailure {
    /// From the first address to the one that comes again.
    static func loop(_ path: [MailAddress]) -> AliasFailure {
        .setup("alias loop: " + path.map(\.text).joined(separator: " -> "))
    }
}
