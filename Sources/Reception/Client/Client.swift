import MailFormat

/// Who is connected.
public struct Client: Hashable, Sendable {
    /// A verified name, or `unknown`.
    public var name: String
    public var address: IPAddress

    public init(name: String, address: IPAddress) {
        self.name = name
        self.address = address
    }

    /// `localhost[127.0.0.1]`, as the log and replies have it.
    public var text: String { "\(name)[\(address)]" }
}
