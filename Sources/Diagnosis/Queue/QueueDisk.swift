import Foundation
import Glibc
import PostfixConfig

/// The place where mail is kept until it is delivered: full, not to be written, or gone after the next start.
public struct QueueDisk: Rule {
    public static let name = "queue-disk"
    public static let summary =
        "The queue's disk is full or nearly so, in memory only, or the server may not write there."
    public static let remedy = "make room, or give the directory to `mail_owner`"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.files

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        let directory = setup.queueDirectory
        let evidence = setup.evidence("queue_directory")
        let status: FileStatus
        do throws(SystemReason) {
            status = try FileStatus(path: directory)
        } catch {
            return [
                finding(
                    error.isMissingFile ? .error : .warning, directory,
                    error.isMissingFile
                        ? "the queue's directory is not there"
                        : "the queue's directory cannot be looked at: \(error)",
                    evidence: [evidence],
                    cure: error.isMissingFile ? "make it:" : "run the check as root: sudo martlet check",
                    commands: error.isMissingFile
                        ? [
                            .init(
                                "install -d -o \(setup.owner?.name ?? "postfix") \(Shell.quoted(directory))")
                        ] : [])
            ]
        }
        guard status.kind == .directory else {
            return [
                finding(
                    .error, directory, "the queue's directory is a file", evidence: [evidence],
                    cure: "correct queue_directory")
            ]
        }
        return space(directory, evidence, setup) + rights(directory, evidence, setup)
    }

    private func space(_ directory: String, _ evidence: Evidence, _ setup: Setup) -> [Finding] {
        var disk = statvfs()
        guard statvfs(directory, &disk) == 0 else {
            return [
                finding(
                    .warning, directory, "nobody knows how full the queue's disk is: \(SystemReason(errno))",
                    evidence: [evidence], cure: "df \(directory)")
            ]
        }
        if disk.f_flag & UInt(ST_RDONLY) != 0 {
            return [
                finding(
                    .error, directory,
                    "the queue's disk cannot be written, so every mail is answered with 451",
                    evidence: [Evidence(place: directory, "mounted read-only"), evidence],
                    cure: "find out why: dmesg | tail; then: mount -o remount,rw …")
            ]
        }
        var findings: [Finding] = []
        let free = Int(
            clamping: UInt64(disk.f_bavail).multipliedReportingOverflow(by: UInt64(disk.f_frsize))
                .partialValue)
        let minimum = setup.configuration[.queueMinfree]
        // As Postfix has it where queue_minfree is 0.
        let needed = max(minimum, setup.configuration[.messageSizeLimit] / 2 * 3)
        let amounts = [
            Evidence(place: directory, "\(Self.bytes(free)) are free"), setup.evidence("queue_minfree"),
            setup.evidence("message_size_limit"),
        ]
        let cure = "make room: df -h \(directory); du -xh --max-depth=2 \(directory) | sort -h | tail"
        if free < needed {
            findings.append(
                finding(
                    .error, directory,
                    "the queue's disk is full: new mail is answered with 452 below \(Self.bytes(needed))",
                    evidence: amounts, cure: cure))
        } else if free < needed * 4, free < 1 << 30 {
            findings.append(
                finding(
                    .warning, directory,
                    "the queue's disk is nearly full: below \(Self.bytes(needed)) new mail is answered with 452",
                    evidence: amounts, cure: cure))
        }
        // File systems that make inodes as they are needed have none to count.
        if disk.f_files > 0, disk.f_favail < 1000 {
            findings.append(
                finding(
                    disk.f_favail < 10 ? .error : .warning, directory,
                    "the queue's disk has hardly any room for more files, however small",
                    evidence: [
                        Evidence(place: directory, "\(disk.f_favail) of \(disk.f_files) inodes are free")
                    ],
                    cure:
                        "find the directory with too many files: du -x --inodes --max-depth=2 / | sort -n | tail"
                ))
        }
        return findings
    }

    private func rights(_ directory: String, _ evidence: Evidence, _ setup: Setup) -> [Finding] {
        // A server that root started makes its own directory there and gives it away; what is there has to be its own.
        let own = "\(directory)/martlet"
        guard let owner = setup.owner, let status = try? FileStatus(path: own) else { return [] }
        let needed: Account.Access = [.read, .write, .search]
        guard status.kind == .directory, let (obstacle, rights) = owner.obstacle(to: needed, own) else {
            return []
        }
        return [
            finding(
                .error, own,
                "\(owner.name), the user that the server runs as (mail_owner), may not write its own queue",
                evidence: [Evidence(place: obstacle, rights.rights), evidence, setup.evidence("mail_owner")],
                cure: obstacle == own ? "give it to \(owner.name):" : "let everybody pass through \(obstacle):",
                commands: [
                    .init(
                        obstacle == own
                            ? "chown -R \(owner.name): \(Shell.quoted(own))" : "chmod a+x \(Shell.quoted(obstacle))")
                ])
        ]
    }

    /// `14.6 MB`
    private static func bytes(_ count: Int) -> String {
        let units = ["bytes", "kB", "MB", "GB", "TB"]
        var value = Double(count)
        var unit = 0
        while value >= 1000, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
        return unit == 0 ? "\(count) bytes" : "\((value * 10).rounded() / 10) \(units[unit])"
    }
}
