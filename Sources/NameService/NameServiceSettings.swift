/// Where names are looked up, and how long that may take.
public struct NameServiceSettings: Sendable {
    /// Whom to ask.
    public enum Servers: Sendable {
        /// The name servers that this file names, and the machine's hosts file: resolv.conf(5).
        case system(resolverFile: String)
        /// These addresses, `192.0.2.1` or `192.0.2.1@5353`.
        case forwarders([String])
        /// For each zone the address of a server that has it; nothing else can be asked.
        case zones([String: String])
    }

    public var servers: Servers
    /// Keys (`. IN DS …`) or files of them that DNSSEC proofs begin at; without any, nothing is proven.
    public var trustAnchors: [String]
    public var trustAnchorFile: String?
    /// How long a question may take.
    public var patience: Duration
    /// How many questions may wait; one more fails at once.
    public var waiting = 10_000

    public init(
        servers: Servers = .system(resolverFile: "/etc/resolv.conf"), trustAnchors: [String] = [],
        trustAnchorFile: String? = nil, patience: Duration = .seconds(30)
    ) {
        self.servers = servers
        self.trustAnchors = trustAnchors
        self.trustAnchorFile = trustAnchorFile
        self.patience = patience
    }
}
