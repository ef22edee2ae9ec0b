import MailFormat

/// Who is connected.
public struct Client: Hashable, Sendable {
    /// A verified name, or `unknown`.
    public let name: String
    public let address: IPAddress
    /// `localhost[127.0.0.1]`, as the log and replies have it.
    public let text: String

    public init(name: String, address: IPAddress) {
        self.name = name
        self.address = address
        text = "\(name)[\(address)]"
    }
}
