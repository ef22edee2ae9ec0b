/// `mail_owner`: as whom a server runs that root started.
public struct MailOwner: Rule {
    public static let name = "mail-owner"
    public static let summary = "mail_owner is no user of this machine, or is root."
    public static let remedy = "name a user that there is"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.files

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        let name = setup.configuration[.mailOwner]
        guard let owner = setup.owner else {
            return [
                finding(
                    .error, "mail_owner",
                    "there is no user \(name) on this machine, so the server does not start",
                    evidence: [setup.evidence("mail_owner")],
                    cure: "name a user that there is: \(setup.configuration.command("postconf")) mail_owner=…; or make this one:",
                    commands: [.init("adduser --system --group \(Shell.quoted(name))")])
            ]
        }
        // Where only root uses the machine, as in a container, that is how it was meant; a default it is not.
        guard owner.uid == 0, setup.configuration.isSet("mail_owner") else { return [] }
        let hasPostfix = Account(name: "postfix") != nil
        return [
            finding(
                .advice, "mail_owner",
                "the server keeps root's rights: whoever finds a hole in it has the machine",
                evidence: [setup.evidence("mail_owner")],
                cure: hasPostfix
                    ? "give it a user of its own:"
                    : "make a user for it (adduser --system --group …), and name that: "
                        + "\(setup.configuration.command("postconf")) mail_owner=…",
                commands: hasPostfix
                    ? [.init("\(setup.configuration.command("postconf")) mail_owner=postfix")] : [])
        ]
    }
}
