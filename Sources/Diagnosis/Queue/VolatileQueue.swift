/// A queue in memory, or where files are thrown away after a while: a restart loses mail that was acknowledged.
public struct VolatileQueue: Rule {
    public static let name = "volatile-queue"
    public static let summary =
        "The queue lies in memory, so that mail which was taken is lost when the machine restarts."
    public static let remedy = "let `queue_directory` be on a disk"
    public static let worst = Finding.Severity.warning
    public static let cost = RuleCost.files

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        let directory = setup.queueDirectory
        guard let disk = MountedFileSystem(of: directory), ["tmpfs", "ramfs"].contains(disk.kind) else {
            return []
        }
        return [
            finding(
                .warning, directory,
                "the queue lies in memory: a restart of the machine loses mail that was answered with 250",
                evidence: [
                    Evidence(place: directory, "\(disk.mountPoint) is a \(disk.kind)"),
                    setup.evidence("queue_directory"),
                ],
                cure: "let queue_directory be on a disk, such as /var/spool/postfix")
        ]
    }
}
