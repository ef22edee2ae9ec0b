import Foundation

/// A directory that is gone when its last owner is, at the latest when the tests have ended. Its path is short
/// enough for UNIX sockets inside.
public final class TemporaryDirectory: Sendable {
    public let path: String

    public init(_ prefix: String = "martlet") throws {
        var template = Array("\(try Litter.directory.get())/\(prefix)-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw PeerFailure("mkdtemp \(prefix): \(errnoText())") }
        path = String(cString: made)
        // Servers started by root read here under a user of their own.
        chmod(path, 0o755)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    public func appending(_ name: String) -> String { "\(path)/\(name)" }

    @discardableResult
    public func write(_ name: String, _ text: String, mode: mode_t = 0o644) throws -> String {
        let file = appending(name)
        let parent = (file as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        chmod(file, mode)
        return file
    }

    public func makeDirectory(_ name: String, mode: mode_t = 0o755) throws -> String {
        let directory = appending(name)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        chmod(directory, mode)
        return directory
    }
}

/// Where the directories of this process lie. What is still there when the process ends, however it ends, is
/// removed by a shell that waits for that.
private enum Litter {
    static let directory = Result {
        var template = Array("/tmp/mt-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw PeerFailure("mkdtemp: \(errnoText())") }
        let path = String(cString: made)
        chmod(path, 0o755)
        // Servers that are just ending may still write.
        let script = """
            read -r _
            for ((i = 0; i < 300; i++)); do
                rm -rf "$1" || [ $(id -u) = 0 ] || sudo -n rm -rf "$1"
                [ -e "$1" ] || exit
                sleep 0.1
            done
            """
        let null = try Spawn.open("/dev/null", O_WRONLY)
        defer { close(null) }
        // Its writing end stays open for as long as the process lives.
        let leash = try Spawn.pipe()
        defer { close(leash.reading) }
        _ = try Spawn.start(
            ["setsid", "/bin/bash", "-c", script, "litter", path], environment: [:], directory: "/",
            input: leash.reading, output: null, errors: null)
        return path
    }
}

/// A peer could not be started or did not behave: the test fails with this text.
public struct PeerFailure: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

func errnoText() -> String { String(cString: strerror(errno)) }
