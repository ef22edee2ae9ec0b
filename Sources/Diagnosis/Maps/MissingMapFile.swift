import Foundation
import LookupTables

/// `mysql:/etc/postfix/mysql-aliases.cf`, and no such file: whoever is looked up there gets 451.
public struct MissingMapFile: Rule {
    public static let name = "missing-map-file"
    public static let summary = "A map or a list names a file that is not there."
    public static let remedy = "write the name of the file that is there, or make the file"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.files

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        let used = Set(setup.maps.map(\.name))
        let missing = setup.maps.compactMap { finding(about: $0, used: used) }
            + setup.listFiles.compactMap { finding(about: $0, used: used) }
        return Self.merged(missing)
    }

    /// Where a whole directory is not there, that is told once, with all files that should be in it.
    private static func merged(_ findings: [(finding: Finding, path: String)]) -> [Finding] {
        let groups = Dictionary(grouping: findings) { pair -> String in
            let directory = (pair.path as NSString).deletingLastPathComponent
            return isMissing(directory) ? "\(directory) \(pair.finding.severity)" : pair.path
        }
        return groups.values.compactMap { group in
            guard group.count > 1, var merged = group.first?.finding, let path = group.first?.path else {
                return group.first?.finding
            }
            let directory = (path as NSString).deletingLastPathComponent
            guard isMissing(directory) else { return merged }
            let subjects = Set(group.map(\.finding.subject)).sorted()
            merged.subject = directory
            merged.message =
                "the directory is not there, and with it \(subjects.shortened(to: 10) { $0 }): "
                + "lookups there fail for the time being"
            merged.evidence = group.flatMap(\.finding.evidence).reduce(into: []) { all, next in
                if !all.contains(next) { all.append(next) }
            }
            merged.cure = "make the directory with the files in it, or correct the paths"
            merged.disables = group.reduce(into: []) { $0.formUnion($1.finding.disables) }
            return merged
        }
    }

    private func finding(about map: NamedMap, used: Set<String>) -> (Finding, String)? {
        switch map.content {
        case .none: return nil
        case .definition, .text: break
        // Where the source is there, it only has to be compiled; and one may be compiled without a source.
        case .source(let kind): guard Self.isMissing(kind.file(of: map.name)) else { return nil }
        }
        guard Self.isMissing(map.name) else { return nil }
        let parameters = map.parameters.joined(separator: ", ")
        let cure = cure(for: map.name, used: used, isWritten: map.isWritten, parameters: parameters)
        let finding = finding(
            // What only a default names need not be there for mail that never asks it.
            map.isWritten ? .error : .advice, map.specification,
            "\(map.name) is not there, so every lookup of \(parameters) fails for the time being",
            evidence: map.places.isEmpty ? [Evidence("\(parameters) = … (the default)")] : map.places,
            cure: cure.words, commands: cure.commands, disables: [map.specification])
        return (finding, map.name)
    }

    private func finding(about file: ListFile, used: Set<String>) -> (Finding, String)? {
        guard Self.isMissing(file.path) else { return nil }
        let cure = cure(for: file.path, used: used, isWritten: true, parameters: file.parameter)
        let finding = finding(
            .error, file.path,
            "\(file.path) is not there, so nobody knows what \(file.parameter) says and mail has to wait",
            evidence: [file.place], cure: cure.words, commands: cure.commands)
        return (finding, file.path)
    }

    private static func isMissing(_ path: String) -> Bool {
        do throws(SystemReason) {
            _ = try FileStatus(path: path)
            return false
        } catch {
            return error.isMissingFile
        }
    }

    private func cure(
        for path: String, used: Set<String>, isWritten: Bool, parameters: String
    ) -> (words: String, commands: [Finding.Command]) {
        let directory = (path as NSString).deletingLastPathComponent
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
            return ("make the directory \(directory) with the file in it, or correct the path", [])
        }
        // A file that no other map names was more probably meant.
        let free = names.filter { !used.contains("\(directory)/\($0)") }
        let wanted = (path as NSString).lastPathComponent
        if let meant = Likeness.nearest(to: wanted, in: free.sorted())
            ?? Likeness.nearest(to: wanted, in: names.sorted(), atLeast: 0.9)
        {
            let other = "\(directory)/\(meant)"
            let words = "did you mean \(other)? Write that name"
            // A file that another map reads has to stay where it is.
            guard free.contains(meant) else { return (words, []) }
            return ("\(words); or give the file the name that is written:", [
                .init("mv \(Shell.quoted(other)) \(Shell.quoted(path))")
            ])
        }
        return (
            isWritten
                ? "make the file, or correct the path"
                : "make the file, or say in main.cf that there is none: \(parameters) =", []
        )
    }
}
