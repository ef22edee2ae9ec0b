import Glibc
import PostfixConfig

/// Where a table is made: a directory beside it that nobody else may enter, so that no other user can put a
/// link in the way of the files that are created there.
///
/// `/etc/aliases.db` is made in `/etc/aliases.db.new/`. Whoever makes the same table at the same time waits
/// for the first to end, and what a process left there that was killed is cleared away by the next.
final class DraftDirectory {
    let path: String
    private let target: String
    private let descriptor: Int32

    /// - Parameter target: the table's file.
    init(for target: String) throws(SystemError) {
        // A link stays a link: what it leads to is replaced.
        self.target = Self.resolved(target) ?? target
        path = self.target + ".new"
        descriptor = try Self.openLocked(path)
        removeContents()
    }

    deinit {
        removeContents()
        rmdir(path)
        close(descriptor)
    }

    func appending(_ name: String) -> String { "\(path)/\(name)" }

    /// Makes a finished file durable and puts it in the target's place.
    func putInPlace(_ name: String, mode: mode_t, owner: (uid: uid_t, gid: gid_t)?) throws(SystemError) {
        let made = appending(name)
        let file = open(made, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw SystemError() }
        defer { close(file) }
        // Only root may give a file away; whoever changes a file of their own need not.
        if let owner, fchown(file, owner.uid, owner.gid) != 0, geteuid() == 0 { throw SystemError() }
        guard fchmod(file, mode) == 0, fsync(file) == 0, rename(made, target) == 0 else {
            throw SystemError()
        }
        // The rename itself must outlive a power cut too.
        let slash = target.lastIndex(of: "/")
        let parent = open(slash.map { String(target[...$0]) } ?? ".", O_RDONLY | O_CLOEXEC)
        guard parent >= 0 else { return }
        fsync(parent)
        close(parent)
    }

    private static func openLocked(_ path: String) throws(SystemError) -> Int32 {
        while true {
            guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw SystemError() }
            let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            if descriptor < 0 {
                // Whoever had it has removed it.
                if errno == ENOENT { continue }
                throw SystemError()
            }
            do throws(SystemError) {
                var (own, named) = (stat(), stat())
                guard fstat(descriptor, &own) == 0, own.st_uid == geteuid(), own.st_mode & 0o077 == 0 else {
                    throw SystemError(EEXIST)
                }
                _ = try FileLock.take(descriptor, .whole, .exclusive, waits: true)
                if stat(path, &named) == 0, named.st_ino == own.st_ino, named.st_dev == own.st_dev {
                    return descriptor
                }
                close(descriptor)
            } catch {
                close(descriptor)
                throw error
            }
        }
    }

    private func removeContents() {
        guard let list = opendir(path) else { return }
        defer { closedir(list) }
        while let entry = readdir(list) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { unlink(appending(name)) }
        }
    }

    private static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}
