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
        var files: [ReadFile] = []
        for map in setup.maps {
            guard let path = Self.file(of: map) else { continue }
            let file = ReadFile(
                path: path, map: map.specification, parameters: map.parameters, places: map.places,
                isWritten: map.isWritten)
            files.append(file)
            if map.type == "sqlite", let database = DefinitionFile(path: path)?["dbpath"]?.value {
                files.append(file.beside(database))
            }
        }
        files += setup.listFiles.map {
            ReadFile(path: $0.path, map: nil, parameters: [$0.parameter], places: [$0.place], isWritten: true)
        }
        var groups: [(trouble: Trouble, files: [ReadFile])] = []
        for file in files {
            for trouble in troubles(with: file, setup) {
                if let index = groups.firstIndex(where: { $0.trouble == trouble }) {
                    groups[index].files.append(file)
                } else {
                    groups.append((trouble, [file]))
                }
            }
        }
        return groups.compactMap { finding($0.trouble, $0.files, setup) }
    }

    /// A file that lookups read.
    private struct ReadFile {
        let path: String
        /// `type:name`, where it is a map's.
        let map: String?
        let parameters: [String]
        let places: [Evidence]
        let isWritten: Bool

        func beside(_ path: String) -> ReadFile {
            ReadFile(path: path, map: nil, parameters: parameters, places: places, isWritten: isWritten)
        }
    }

    /// What is wrong; files with the same are told together.
    private enum Trouble: Hashable {
        /// Whoever checks may not read it.
        case hidden
        case unseen(SystemReason)
        case openPassword
        case unreadable(isWritten: Bool)
        /// A directory on the way that the server may not enter.
        case closedDirectory(String, isWritten: Bool)
    }

    /// The file that lookups read.
    private static func file(of map: NamedMap) -> String? {
        switch map.content {
        case .none: nil
        case .definition, .text: map.name
        case .source(let kind): kind.file(of: map.name)
        }
    }

    private func troubles(with file: ReadFile, _ setup: Setup) -> [Trouble] {
        var troubles: [Trouble] = []
        if file.map != nil, access(file.path, R_OK) != 0, errno == EACCES { troubles.append(.hidden) }
        let status: FileStatus
        do throws(SystemReason) {
            status = try FileStatus(path: file.path)
        } catch {
            // A file that is not there is another rule's.
            return error.isMissingFile ? [] : troubles + [.unseen(error)]
        }
        if status.mode & 0o004 != 0, Self.secret(in: file.path) != nil, isReachable(file.path) {
            troubles.append(.openPassword)
        }
        if let obstacle = setup.owner?.obstacle(to: .read, file.path)?.path {
            troubles.append(
                obstacle == file.path
                    ? .unreadable(isWritten: file.isWritten)
                    : .closedDirectory(obstacle, isWritten: file.isWritten))
        }
        return troubles
    }

    private func finding(_ trouble: Trouble, _ files: [ReadFile], _ setup: Setup) -> Finding? {
        var paths: [String] = []
        var places: [Evidence] = []
        var parameters: [String] = []
        for file in files {
            if !paths.contains(file.path) { paths.append(file.path) }
            for place in file.places where !places.contains(place) { places.append(place) }
            for parameter in file.parameters where !parameters.contains(parameter) { parameters.append(parameter) }
        }
        let maps = files.compactMap(\.map)
        let subject = paths.shortened { $0 }
        let operands = paths.map(Shell.quoted).joined(separator: " ")
        let rights = paths.compactMap { path in
            (try? FileStatus(path: path)).map { Evidence(place: path, $0.rights) }
        }
        let rootCure = "run the check as root: sudo martlet check"
        let consequence = ": lookups of \(parameters.joined(separator: ", ")) fail for the time being"
        switch trouble {
        case .hidden:
            return finding(
                .warning, maps.shortened { $0 }, "cannot be looked at, so what is wrong with it is not known",
                evidence: paths.map { Evidence(place: $0, "\(SystemReason(EACCES))") } + places, cure: rootCure,
                disables: Set(maps))
        case .unseen(let reason):
            return finding(.warning, subject, "cannot be looked at: \(reason)", evidence: places, cure: rootCure)
        case .openPassword:
            let group = setup.owner?.groupName ?? "postfix"
            return finding(
                .warning, subject,
                (paths.count == 1 ? "has a password in it" : "have passwords in them")
                    + ", and everybody on this machine may read \(paths.count == 1 ? "it" : "them")",
                evidence: rights + paths.compactMap(Self.secret), cure: "keep others out:",
                commands: [.init("chown root:\(group) \(operands) && chmod 0640 \(operands)")])
        case .unreadable(let isWritten):
            guard let owner = setup.owner else { return nil }
            return finding(
                isWritten ? .error : .advice, subject,
                "\(owner.name), the user that the server runs as (mail_owner), may not read "
                    + (paths.count == 1 ? "it" : "them") + consequence,
                evidence: rights + places, cure: "let its group read:",
                commands: [.init("chgrp \(owner.groupName) \(operands) && chmod g+r \(operands)")])
        case .closedDirectory(let directory, let isWritten):
            guard let owner = setup.owner, let status = try? FileStatus(path: directory) else { return nil }
            return finding(
                isWritten ? .error : .advice, subject,
                "\(owner.name), the user that the server runs as (mail_owner), may not enter \(directory)"
                    + consequence,
                evidence: [Evidence(place: directory, status.rights)] + places,
                cure: "move the files to where \(owner.name) may go; or let everybody pass through the directory:",
                commands: [.init("chmod a+x \(Shell.quoted(directory))")])
        }
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
