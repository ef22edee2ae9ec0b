import Glibc

/// Replaces a file in one step: whoever reads it sees the old content or the new, also after a power cut.
public enum FileReplacement {
    /// Reads the file, changes its content, and puts the result in its place with the same owner and mode.
    /// - Throws: the system's words for what failed, with the path.
    public static func edit(
        _ path: String, _ change: ([UInt8]) throws(ConfigurationProblem) -> [UInt8]
    ) throws(ConfigurationProblem) {
        // A link stays a link: what it leads to is replaced.
        guard let target = resolved(path) else { throw failure("open \(path) for reading") }
        var status = stat()
        let old: [UInt8]
        do throws(FileContent.Failure) {
            old = try FileContent.read(target)
        } catch {
            throw failure("open \(path) for reading", error.error)
        }
        guard stat(target, &status) == 0 else { throw failure("stat \(path)") }
        try write(try change(old), to: target, like: status)
    }

    private static func write(
        _ content: [UInt8], to target: String, like status: stat
    ) throws(ConfigurationProblem) {
        var template = Array((target + ".XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        let temporary = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard descriptor >= 0 else { throw failure("create a file beside \(target)") }
        do throws(ConfigurationProblem) {
            defer { close(descriptor) }
            try writeAll(content, to: descriptor, path: temporary)
            // Only root may give a file away; whoever edits a file of their own need not.
            if fchown(descriptor, status.st_uid, status.st_gid) != 0, geteuid() == 0 {
                throw failure("change the owner of \(temporary)")
            }
            if fchmod(descriptor, status.st_mode & 0o7777) != 0 {
                throw failure("change the mode of \(temporary)")
            }
            if fsync(descriptor) != 0 { throw failure("fsync \(temporary)") }
            if rename(temporary, target) != 0 { throw failure("rename \(temporary) to \(target)") }
        } catch {
            unlink(temporary)
            throw error
        }
        // The rename itself must outlive a power cut too.
        let directory = open(
            String(target[..<(target.lastIndex(of: "/") ?? target.startIndex)]) + "/", O_RDONLY)
        if directory >= 0 {
            fsync(directory)
            close(directory)
        }
    }

    private static func writeAll(
        _ content: [UInt8], to descriptor: Int32, path: String
    ) throws(ConfigurationProblem) {
        var rest = content[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure("write \(path)")
            }
            rest = rest.dropFirst(count)
        }
    }

    private static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    private static func failure(_ action: String, _ error: SystemError = SystemError())
        -> ConfigurationProblem
    {
        ConfigurationProblem(.error, "\(action): \(error.description)")
    }
}
