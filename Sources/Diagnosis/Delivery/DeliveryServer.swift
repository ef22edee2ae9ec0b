/// `virtual_transport = lmtp:inet:127.0.0.1:24`, and nobody answers there.
public struct DeliveryServer: Rule {
    public static let name = "delivery-server"
    public static let summary = "The LMTP server of a transport does not answer."
    public static let remedy = "start the server that should listen there"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.servers

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        var seen: Set<ServerPlace> = []
        var findings: [Finding] = []
        let port = setup.configuration.value(named: "lmtp_tcp_port") ?? "24"
        for use in await TransportsInUse(setup).all where setup.program(of: use.transport) == "lmtp" {
            guard !use.nextHop.hasPrefix("unix:"), !use.nextHop.isEmpty,
                let place = ServerPlace(use.nextHop, defaultPort: port, directory: ""),
                seen.insert(place).inserted,
                let failure = await ConnectionTrial(place: place).failure()
            else { continue }
            findings.append(
                finding(
                    .error, "\(place)",
                    "the LMTP server does not answer: mail by \(use.parameter) stays in the queue",
                    evidence: [use.evidence, Evidence(place: "connect to \(place)", failure.description)],
                    cure: "start the server that should listen at \(place), or correct \(use.parameter)"))
        }
        return findings
    }
}
