import Foundation

/// Puts messages into Maildirs: written and synced in `tmp`, then renamed into `new`, and that synced too.
enum MaildirDelivery {
    /// - Parameters:
    ///   - path: the Maildir, without a slash at the end. It is made where it is missing.
    ///   - sync: fsync(2).
    /// - Returns: what went wrong once the message was in its place, for the log: it must not be delivered again.
    static func deliver(
        _ message: MailboxMessage, to path: String, base: String, limit: Int,
        sync: (CInt) -> CInt = { fsync($0) }
    ) throws(MailboxFailure) -> MailboxFailure? {
        let (descriptor, temporary) = try create(in: path, base: base)
        defer { close(descriptor) }
        let new: CInt?
        do throws(MailboxFailure) {
            var writer = MailboxWriter(
                descriptor: descriptor, path: temporary, size: 0, limit: limit, quotesFrom: false)
            try writer.write(message)
            try writer.sync()
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw .system("stat maildir file", temporary) }
            // Opened before the rename: after it nothing may fail that would bring the message again.
            new = try Directory.open("\(path)/new")
            let final = "\(path)/new/\(name(status))"
            guard rename(temporary, final) == 0 else {
                let failure = MailboxFailure.system("create maildir file", final)
                if let new { close(new) }
                throw failure
            }
        } catch {
            unlink(temporary)
            throw error
        }
        guard let new else { return nil }
        defer { close(new) }
        return sync(new) == 0 ? nil : .system("sync directory", "\(path)/new")
    }

    /// `1795259969.Vfe00If7c0b3M109004.mx.example.org`: seconds, device, inode, microseconds, host. No other file of
    /// this file system has that inode while the name exists.
    private static func name(_ status: stat) -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let device = String(UInt64(status.st_dev), radix: 16)
        let inode = String(UInt64(status.st_ino), radix: 16)
        return "\(time.tv_sec).V\(device)I\(inode)M\(time.tv_nsec / 1000).\(host)"
    }

    /// The machine's name; `/` and `:` mean something else in a Maildir.
    private static let host = ProcessInfo.processInfo.hostName
        .replacing("/", with: "\\057").replacing(":", with: "\\072")

    private static func create(in path: String, base: String) throws(MailboxFailure) -> (CInt, String) {
        let unique = UInt64.random(in: 0...UInt64.max)
        let file = "\(path)/tmp/\(time(nil)).P\(getpid())Q\(String(unique, radix: 36)).\(host)"
        let flags = O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC
        var descriptor = open(file, flags, 0o600)
        if descriptor < 0, errno == ENOENT {
            for part in ["tmp", "new", "cur"] { try Directory.make("\(path)/\(part)", below: base) }
            descriptor = open(file, flags, 0o600)
        }
        guard descriptor >= 0 else { throw .system("create maildir file", file) }
        return (descriptor, file)
    }
}

/// Directories of mailboxes: their owner's alone.
enum Directory {
    /// Makes what is missing below the base; the base itself is the operator's to make.
    static func make(_ path: String, below base: String) throws(MailboxFailure) {
        var current = base
        for part in path.dropFirst(base.count).split(separator: "/") {
            let parent = current
            current += "/\(part)"
            if mkdir(current, 0o700) == 0 {
                try sync(parent)
            } else if errno != EEXIST {
                throw .system("create directory", current)
            }
        }
    }

    /// Opens a directory for a sync; nil where it may be written but not read: then it cannot be synced, and what is
    /// put into it is there nevertheless.
    static func open(_ path: String) throws(MailboxFailure) -> CInt? {
        let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0, errno == EACCES { return nil }
        guard descriptor >= 0 else { throw .system("open directory", path) }
        return descriptor
    }

    static func sync(_ path: String) throws(MailboxFailure) {
        guard let descriptor = try open(path) else { return }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system("sync directory", path) }
    }
}
