import Glibc
import PostfixConfig

/// A file with a password that everybody on the machine may read, or a file that the server itself may not.
public struct MapFileMode: Rule {
    public static let name = "map-file-mode"
    public static let summary = "A map's file shows its password to everybody, or the server may not read it."
    public static let remedy = "`chown root:GROUP FILE && chmod 0640 FILE`, with the group of `mail_owner`"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.files

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        var findings: [Finding] = []
        for map in setup.maps {
            guard let path = Self.file(of: map) else { continue }
            if let hidden = hidden(path, map) { findings.append(hidden) }
            findings += self.findings(
                about: path, by: map.parameters, places: map.places, isWritten: map.isWritten, setup)
            if map.type == "sqlite", let database = DefinitionFile(path: path)?["dbpath"]?.value {
                findings += self.findings(
                    about: database, by: map.parameters, places: map.places, isWritten: map.isWritten, setup)
            }
        }
        for file in setup.listFiles {
            findings += self.findings(
                about: file.path, by: [file.parameter], places: [file.place], isWritten: true, setup)
        }
        return Array(Set(findings))
    }

    /// The file that lookups read.
    private static func file(of map: NamedMap) -> String? {
        switch map.content {
        case .none: nil
        case .definition, .text: map.name
        case .source(let kind): kind.file(of: map.name)
        }
    }

    /// A file that whoever checks may not read.
    private func hidden(_ path: String, _ map: NamedMap) -> Finding? {
        guard access(path, R_OK) != 0, errno == EACCES else { return nil }
        return finding(
            .warning, map.specification, "cannot be looked at, so what is wrong with it is not known",
            evidence: [Evidence(place: path, "\(SystemReason(EACCES))")] + map.places,
            cure: "run the check as root: sudo martlet check", disables: [map.specification])
    }

    private func findings(
        about path: String, by parameters: [String], places: [Evidence], isWritten: Bool, _ setup: Setup
    ) -> [Finding] {
        let status: FileStatus
        do throws(SystemReason) {
            status = try FileStatus(path: path)
        } catch {
            // A file that is not there is another rule's.
            if error.isMissingFile { return [] }
            return [
                finding(
                    .warning, path, "cannot be looked at: \(error)", evidence: places,
                    cure: "run the check as root: sudo martlet check")
            ]
        }
        var findings: [Finding] = []
        if status.mode & 0o004 != 0, let secret = Self.secret(in: path), isReachable(path) {
            let group = setup.owner?.groupName ?? "postfix"
            findings.append(
                finding(
                    .warning, path, "has a password in it, and everybody on this machine may read it",
                    evidence: [Evidence(place: path, status.rights), secret],
                    cure: "chown root:\(group) \(path) && chmod 0640 \(path)"))
        }
        if let owner = setup.owner, let (obstacle, rights) = owner.obstacle(to: .read, path) {
            let isFile = obstacle == path
            findings.append(
                finding(
                    isWritten ? .error : .advice, path,
                    "\(owner.name), the user that the server runs as (mail_owner), may not "
                        + (isFile ? "read it" : "enter \(obstacle)")
                        + ": lookups of \(parameters.joined(separator: ", ")) fail for the time being",
                    evidence: [Evidence(place: obstacle, rights.rights)] + places,
                    cure: isFile
                        ? "chgrp \(owner.groupName) \(path) && chmod g+r \(path)"
                        : "chmod a+x \(obstacle), or move the file to where \(owner.name) may go"))
        }
        return findings
    }

    /// Whether somebody else can get to the file at all.
    private func isReachable(_ path: String) -> Bool {
        var directory = ""
        for part in path.split(separator: "/").dropLast() {
            directory += "/\(part)"
            guard let status = try? FileStatus(path: directory) else { return true }
            if status.mode & 0o001 == 0 { return false }
        }
        return true
    }

    /// The line that holds the password.
    private static func secret(in path: String) -> Evidence? {
        guard path.hasSuffix(".cf"), let file = DefinitionFile(path: path),
            let setting = file.settings.first(where: {
                !$0.value.isEmpty && Secrets.shown($0.name, $0.value) != $0.value
            })
        else { return nil }
        return file.evidence(setting)
    }
}
