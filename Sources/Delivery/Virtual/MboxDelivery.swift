import Foundation
import MailFormat

/// Appends messages to mailbox files, under both locks that mail programs use: a `.lock` file beside the mailbox
/// and fcntl(2) on it (`virtual_mailbox_lock = fcntl, dotlock`).
enum MboxDelivery {
    private static let attempts = 20
    /// A lock file this old was left behind by a program that is gone (`stale_lock_time`).
    private static let staleAfter = 500

    /// - Parameters:
    ///   - creates: makes the file where it is missing, as this user's.
    ///   - owner: the file must belong to this user; nil: it may be anybody's.
    static func deliver(
        _ message: MailboxMessage, to path: String, base: String, limit: Int, creates: Bool = true,
        owner: UInt32? = nil
    ) throws(MailboxFailure) {
        try lock("\(path).lock", base: base)
        defer { unlink("\(path).lock") }
        let descriptor = open(
            path, (creates ? O_CREAT : 0) | O_APPEND | O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("cannot open file") }
        defer { close(descriptor) }
        try lockFile(descriptor)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("cannot stat file") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw MailboxFailure(.configuration, "destination \(path) is not a regular file")
        }
        guard owner == nil || status.st_uid == owner else {
            throw MailboxFailure(.busy, "destination \(path) is not owned by recipient")
        }
        do throws(MailboxFailure) {
            var writer = MailboxWriter(
                descriptor: descriptor, path: path, size: Int(status.st_size), limit: limit, quotesFrom: true)
            try writer.write(Array(separator(message.sender).utf8))
            try writer.write(message)
            try writer.write([UInt8(ascii: "\n")])
            try writer.sync()
        } catch {
            // Half a message would spoil the ones after it.
            ftruncate(descriptor, status.st_size)
            throw error
        }
    }

    /// `From john@example.org  Sat Nov 21 11:19:29 2026`
    private static func separator(_ sender: ReversePath) -> String {
        var now = time(nil)
        var local = tm()
        localtime_r(&now, &local)
        var text = [CChar](repeating: 0, count: 64)
        strftime(&text, text.count, "%a %b %e %H:%M:%S %Y", &local)
        let end = text.firstIndex(of: 0) ?? text.endIndex
        let date = String(decoding: text[..<end].map(UInt8.init(bitPattern:)), as: UTF8.self)
        return "From \(sender == .null ? "MAILER-DAEMON" : sender.quoted)  \(date)\n"
    }

    private static func lock(_ path: String, base: String) throws(MailboxFailure) {
        var hasMadeDirectory = false
        for _ in 0..<attempts {
            let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
            if descriptor >= 0 {
                close(descriptor)
                return
            }
            switch errno {
            case EEXIST:
                removeStale(path)
                usleep(250_000)
            case ENOENT where !hasMadeDirectory:
                hasMadeDirectory = true
                try Directory.make((path as NSString).deletingLastPathComponent, below: base)
            default:
                throw .system("cannot create lock file", path)
            }
        }
        throw MailboxFailure(.busy, "unable to lock for exclusive access: \(path) is held by another program")
    }

    private static func removeStale(_ path: String) {
        var status = stat()
        if stat(path, &status) == 0, time(nil) - status.st_ctim.tv_sec > staleAfter { unlink(path) }
    }

    private static func lockFile(_ descriptor: CInt) throws(MailboxFailure) {
        var request = flock()
        request.l_type = Int16(F_WRLCK)
        request.l_whence = Int16(SEEK_SET)
        for _ in 0..<attempts {
            if fcntl(descriptor, F_SETLK, &request) == 0 { return }
            guard errno == EACCES || errno == EAGAIN || errno == EINTR else {
                throw .system("unable to lock for exclusive access")
            }
            usleep(250_000)
        }
        throw MailboxFailure(
            .busy, "unable to lock for exclusive access: the mailbox is held by another program")
    }
}
