import PostfixConfig

/// Two smtpd services at one port: the second cannot have it, and the server does not start.
public struct SamePort: Rule {
    public static let name = "same-port"
    public static let summary = "Two services of master.cf want the same address and port."
    public static let remedy = "keep one of the two services"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.files

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        let services = setup.listeners.compactMap(\.service)
        var findings: [Finding] = []
        for (index, one) in services.enumerated() {
            for other in services[(index + 1)...]
            where one.port == other.port && (one.host == nil || other.host == nil || one.host == other.host) {
                let path = setup.master?.path ?? "master.cf"
                findings.append(
                    finding(
                        .error, other.service.name,
                        "the services on line \(one.service.line) and line \(other.service.line) want the same port, "
                            + "\(other.port): the server does not start",
                        evidence: [one, other].map {
                            Evidence(
                                file: path, line: $0.service.line,
                                "\($0.service.name) \($0.service.kind.rawValue) … \($0.service.program)")
                        }, cure: "keep one of the two"))
            }
        }
        return findings
    }
}
