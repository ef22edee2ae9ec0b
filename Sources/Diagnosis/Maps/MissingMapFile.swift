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
        return setup.maps.compactMap { finding(about: $0, used: used) }
            + setup.listFiles.compactMap { finding(about: $0, used: used) }
    }

    private func finding(about map: NamedMap, used: Set<String>) -> Finding? {
        switch map.content {
        case .none: return nil
        case .definition, .text: break
        // Where the source is there, it only has to be compiled; and one may be compiled without a source.
        case .source(let kind): guard isMissing(kind.file(of: map.name)) else { return nil }
        }
        guard isMissing(map.name) else { return nil }
        let parameters = map.parameters.joined(separator: ", ")
        return finding(
            // What only a default names need not be there for mail that never asks it.
            map.isWritten ? .error : .advice, map.specification,
            "\(map.name) is not there, so every lookup of \(parameters) fails for the time being",
            evidence: map.places.isEmpty ? [Evidence("\(parameters) = … (the default)")] : map.places,
            cure: cure(for: map.name, used: used, isWritten: map.isWritten, parameters: parameters),
            disables: [map.specification])
    }

    private func finding(about file: ListFile, used: Set<String>) -> Finding? {
        guard isMissing(file.path) else { return nil }
        return finding(
            .error, file.path,
            "\(file.path) is not there, so nobody knows what \(file.parameter) says and mail has to wait",
            evidence: [file.place],
            cure: cure(for: file.path, used: used, isWritten: true, parameters: file.parameter))
    }

    private func isMissing(_ path: String) -> Bool {
        do throws(SystemReason) {
            _ = try FileStatus(path: path)
            return false
        } catch {
            return error.isMissingFile
        }
    }

    private func cure(for path: String, used: Set<String>, isWritten: Bool, parameters: String) -> String {
        let directory = (path as NSString).deletingLastPathComponent
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
            return "make the directory \(directory) with the file in it, or correct the path"
        }
        // A file that no other map names was more probably meant.
        let free = names.filter { !used.contains("\(directory)/\($0)") }
        let wanted = (path as NSString).lastPathComponent
        if let meant = Likeness.nearest(to: wanted, in: free.sorted())
            ?? Likeness.nearest(to: wanted, in: names.sorted(), atLeast: 0.9)
        {
            return "did you mean \(directory)/\(meant)? Write that name, or: mv \(directory)/\(meant) \(path)"
        }
        return isWritten
            ? "make the file, or correct the path"
            : "make the file, or say in main.cf that there is none: \(parameters) ="
    }
}
