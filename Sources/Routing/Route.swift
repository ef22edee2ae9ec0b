/// How mail leaves: a transport of master.cf and where it takes the mail, `lmtp:unix:private/dovecot-lmtp`.
public struct Route: Hashable, Sendable {
    /// `lmtp`, `virtual`, `smtp`, `local`, `error`, …
    public var transport: String
    /// The transport's own word for a destination, or the recipient's domain where the parameter names none.
    public var nextHop: String

    public init(transport: String, nextHop: String) {
        self.transport = transport
        self.nextHop = nextHop
    }
}
