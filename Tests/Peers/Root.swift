import Foundation

/// What only root may do on a machine: files of several owners, signals to root's processes.
public enum Root {
    /// Runs a shell script, which must end with 0.
    ///
    /// - Returns: its standard output.
    @discardableResult
    public static func run(_ script: String) throws -> String {
        try Command.require(Privilege.prefix + ["/bin/sh", "-c", "umask 022; \(script)"])
    }

    /// A tree of files: path, type, owner, group, mode and, of files, the text.
    public static func tree(_ path: String) throws -> [RootFile] {
        let listing = try run("cd '\(path)' && find . -mindepth 1 -printf '%P\\t%y\\t%u\\t%g\\t%m\\n'")
        return try listing.split(separator: "\n").map { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 5 else { throw PeerFailure("find printed: \(line)") }
            return RootFile(
                path: fields[0], type: fields[1], owner: fields[2], group: fields[3], mode: fields[4],
                text: fields[1] == "f" ? try run("cat '\(path)/\(fields[0])'") : "")
        }
        .sorted { $0.path < $1.path }
    }
}

public struct RootFile: Hashable, Sendable {
    public var path: String
    public var type: String
    public var owner: String
    public var group: String
    public var mode: String
    public var text: String
}
