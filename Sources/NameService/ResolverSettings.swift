/// How the DNS is asked.
public struct ResolverSettings: Sendable {
    /// Servers to ask, `192.0.2.53` or `127.0.0.1@5353`; where there are none, those of ``resolvConf``.
    public var forwarders: [String] = []
    /// resolv.conf(5); where it names no server, the DNS is asked from its root on.
    public var resolvConf = "/etc/resolv.conf"
    /// How long one lookup may take.
    public var timeLimit: Duration = .seconds(5)
    /// Further options of unbound.conf(5): `do-not-query-localhost:` → `no`.
    public var options: [(name: String, value: String)] = []

    public init() {}
}
