import PostfixConfig

/// `virtual_transport = dovecot`, and nothing delivers by that name: mail piles up in the queue.
public struct UnknownTransport: Rule {
    public static let name = "unknown-transport"
    public static let summary = "Mail takes a transport that there is not."
    public static let remedy = "name a transport that there is, such as `lmtp:unix:private/dovecot-lmtp`"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.files

    public init() {}

    /// The names that Postfix's own master.cf has.
    private static let known: Set<String> = [
        "lmtp", "smtp", "relay", "local", "virtual", "error", "retry", "discard",
    ]

    public func findings(in setup: Setup) async -> [Finding] {
        var seen: Set<String> = []
        var findings: [Finding] = []
        for use in await TransportsInUse(setup).all {
            let program = setup.program(of: use.transport)
            let service = setup.master?.services.first { $0.name == use.transport }
            guard !Self.known.contains(program), service == nil || program != "pipe",
                seen.insert(use.transport).inserted
            else { continue }
            let meant = Spelling.nearest(to: use.transport, in: Self.known.sorted())
            findings.append(
                finding(
                    .error, use.transport,
                    service == nil
                        ? "there is no transport of this name: mail by \(use.parameter) stays in the queue"
                        : "the transport runs \(program), which Martlet does not: mail by \(use.parameter) stays in the queue",
                    evidence: [use.evidence]
                        + (service.map {
                            [
                                Evidence(
                                    file: setup.master?.path ?? "", line: $0.line,
                                    "\($0.name) \($0.kind.rawValue) … \(program)")
                            ]
                        } ?? []),
                    cure: meant.map { "did you mean \($0)?" }
                        ?? "for Dovecot write: \(setup.configuration.command("postconf")) virtual_transport=lmtp:unix:private/dovecot-lmtp"
                ))
        }
        return findings
    }
}
