/// `virtual_transport = virtual`, and nothing says whose files the mailboxes are.
public struct VirtualOwners: Rule {
    public static let name = "virtual-owners"
    public static let summary =
        "Maildirs are to be written, and a setting for them is missing: owner, group or place."
    public static let remedy = "set `virtual_uid_maps`, `virtual_gid_maps` and `virtual_mailbox_base`"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.files

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        guard
            let use = await TransportsInUse(setup).all.first(where: {
                setup.program(of: $0.transport) == "virtual"
            })
        else { return [] }
        return ["virtual_uid_maps", "virtual_gid_maps", "virtual_mailbox_base"].compactMap { parameter in
            guard (setup.configuration.value(named: parameter) ?? "").isEmpty else { return nil }
            let example = parameter == "virtual_mailbox_base" ? "/var/mail/vhosts" : "static:5000"
            return finding(
                .error, parameter,
                "is empty, so the virtual transport cannot write a mailbox and mail stays in the queue",
                evidence: [use.evidence, setup.evidence(parameter)],
                cure: "set it to what your mailboxes have, such as:",
                commands: [.init("\(setup.configuration.command("postconf")) \(parameter)=\(example)")])
        }
    }
}
