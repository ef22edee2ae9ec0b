/// `myhostname`: what the server greets with, and says of itself to others.
public struct HostName: Rule {
    public static let name = "host-name"
    public static let summary = "myhostname is no name that others could look up."
    public static let remedy = "`martlet postconf myhostname=mail.example.org`, as the DNS has it"
    public static let worst = Finding.Severity.warning
    public static let cost = RuleCost.files

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        let name = setup.configuration[.myhostname]
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let problem: String
        // RFC 6761, RFC 6762: names that mean something at home alone.
        if labels.count < 2 {
            problem = "has no domain"
        } else if let last = labels.last?.lowercased(),
            ["localdomain", "local", "localhost", "lan", "home", "internal"].contains(last)
        {
            problem = "ends in .\(last), which nobody else can look up"
        } else if labels.contains(where: {
            $0.isEmpty || $0.count > 63 || !$0.utf8.allSatisfy(Self.isNameByte)
        }) {
            problem = "is no host name"
        } else {
            return []
        }
        return [
            finding(
                .warning, "myhostname", "\(name) \(problem): other servers may refuse mail from here",
                evidence: [setup.evidence("myhostname")],
                cure: "name the machine as the DNS does: \(setup.configuration.command("postconf")) myhostname=mail.example.org")
        ]
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) || byte == UInt8(ascii: "-")
    }
}
