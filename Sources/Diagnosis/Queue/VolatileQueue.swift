/// A queue or mailboxes in memory: a restart loses mail that was acknowledged.
public struct VolatileQueue: Rule {
    public static let name = "volatile-queue"
    public static let summary =
        "The queue or the mailboxes lie in memory, so that mail is lost when the machine restarts."
    public static let remedy = "let `queue_directory` and `virtual_mailbox_base` be on a disk"
    public static let worst = Finding.Severity.warning
    public static let cost = RuleCost.files

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        var findings: [Finding] = []
        if let disk = Self.memory(under: setup.queueDirectory) {
            findings.append(
                finding(
                    .warning, setup.queueDirectory,
                    "the queue lies in memory: a restart of the machine loses mail that was answered with 250",
                    evidence: [disk, setup.evidence("queue_directory")],
                    cure: "let queue_directory be on a disk, such as /var/spool/postfix"))
        }
        let base = setup.configuration.value(named: "virtual_mailbox_base") ?? ""
        if !base.isEmpty, let disk = Self.memory(under: base),
            let use = await TransportsInUse(setup).all.first(where: {
                setup.program(of: $0.transport) == "virtual"
            })
        {
            findings.append(
                finding(
                    .warning, base,
                    "the mailboxes lie in memory: a restart of the machine loses all mail in them",
                    evidence: [disk, setup.evidence("virtual_mailbox_base"), use.evidence],
                    cure: "let virtual_mailbox_base be on a disk, such as /var/mail/vhosts"))
        }
        return findings
    }

    /// The file system in memory that a path lies on; nil where it lies on another.
    private static func memory(under path: String) -> Evidence? {
        guard let disk = MountedFileSystem(of: path), ["tmpfs", "ramfs"].contains(disk.kind) else { return nil }
        return Evidence(place: path, "\(disk.mountPoint) is a \(disk.kind)")
    }
}
