import CFileIdentity
import Foundation
import MailFormat

/// How a mailbox file is locked: `mailbox_delivery_lock`, `virtual_mailbox_lock`.
public struct MailboxLocks: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let fcntl = MailboxLocks(rawValue: 1)
    public static let flock = MailboxLocks(rawValue: 2)
    /// A file `.lock` beside the mailbox.
    public static let dotlock = MailboxLocks(rawValue: 4)

    /// From the parameter's words; those that are none are left out.
    init(words: [String]) {
        self = words.reduce(into: []) { locks, word in
            switch word.lowercased() {
            case "fcntl": locks.insert(.fcntl)
            case "flock": locks.insert(.flock)
            case "dotlock": locks.insert(.dotlock)
            default: break
            }
        }
    }
}

/// What holds for one mailbox file.
struct MailboxFileRules: Sendable {
    /// In bytes; 0 is no limit.
    var limit: Int
    var locks: MailboxLocks = [.fcntl, .dotlock]
    /// Makes the file where it is missing, as this thread's user.
    var creates = true
    /// The file must belong to this user; nil: it may be anybody's.
    var owner: UInt32?
    /// Whose a new file becomes, and with whose rights the message is written: where only root may make files.
    var handsTo: MailboxOwner?
    /// No lock file can be made where only the file itself is the user's; the other locks are enough then.
    var mayLackLockFile = false
}

/// Appends messages to mailbox files.
enum MboxDelivery {
    private static let attempts = 20
    /// A lock file this old was left behind by a program that is gone (`stale_lock_time`).
    private static let staleAfter = 500
    /// F_OFD_SETLK of fcntl(2): as F_SETLK, and it keeps this program's own threads apart too.
    private static let openFileLock: CInt = 37

    static func deliver(
        _ message: MailboxMessage, to path: String, base: String, _ rules: MailboxFileRules
    ) throws(MailboxFailure) {
        let hasLock = rules.locks.contains(.dotlock) ? try lock("\(path).lock", base: base, rules) : false
        defer { if hasLock { unlink("\(path).lock") } }
        let descriptor = try open(path, rules)
        defer { close(descriptor) }
        try lock(descriptor, rules.locks)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("cannot stat file") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw MailboxFailure(.configuration, "destination \(path) is not a regular file")
        }
        guard status.st_nlink == 1 else {
            throw MailboxFailure(.configuration, "cannot open file: file has \(status.st_nlink) hard links")
        }
        guard rules.owner == nil || status.st_uid == rules.owner else {
            throw MailboxFailure(.busy, "destination \(path) is not owned by recipient")
        }
        func append() throws(MailboxFailure) {
            try Self.append(message, descriptor, path, Int(status.st_size), rules.limit)
        }
        if let writer = rules.handsTo { try FileIdentity.with(writer, append) } else { try append() }
    }

    private static func open(_ path: String, _ rules: MailboxFileRules) throws(MailboxFailure) -> CInt {
        let flags = O_APPEND | O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        var descriptor = Foundation.open(path, flags)
        guard descriptor < 0, errno == ENOENT, rules.creates else {
            guard descriptor >= 0 else { throw .system("cannot open file") }
            return descriptor
        }
        descriptor = Foundation.open(path, flags | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else { throw .system("cannot create file exclusively") }
        if let owner = rules.handsTo, fchown(descriptor, owner.uid, owner.gid) != 0 {
            let failure = MailboxFailure.system("cannot change file ownership")
            close(descriptor)
            throw failure
        }
        return descriptor
    }

    private static func append(
        _ message: MailboxMessage, _ descriptor: CInt, _ path: String, _ size: Int, _ limit: Int
    ) throws(MailboxFailure) {
        do throws(MailboxFailure) {
            var writer = MailboxWriter(
                descriptor: descriptor, path: path, size: size, limit: limit, quotesFrom: true)
            try writer.write(Array(separator(message.sender.envelopeName).utf8))
            try writer.write(message)
            try writer.write([UInt8(ascii: "\n")])
            try writer.sync()
        } catch {
            // Half a message would spoil the ones after it.
            ftruncate(descriptor, off_t(size))
            throw error
        }
    }

    /// `From john@example.org  Sat Nov 21 11:19:29 2026`
    ///
    /// - Parameter sender: ``ReversePath/envelopeName``
    static func separator(_ sender: String) -> String {
        var now = time(nil)
        var local = tm()
        localtime_r(&now, &local)
        var text = [CChar](repeating: 0, count: 64)
        strftime(&text, text.count, "%a %b %e %H:%M:%S %Y", &local)
        let end = text.firstIndex(of: 0) ?? text.endIndex
        let date = String(decoding: text[..<end].map(UInt8.init(bitPattern:)), as: UTF8.self)
        return "From \(sender)  \(date)\n"
    }

    /// - Returns: false where there is no lock file, and none is needed.
    private static func lock(
        _ path: String, base: String, _ rules: MailboxFileRules
    ) throws(MailboxFailure) -> Bool {
        var hasMadeDirectory = false
        for _ in 0..<attempts {
            let descriptor = Foundation.open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
            if descriptor >= 0 {
                close(descriptor)
                return true
            }
            switch errno {
            case EEXIST:
                removeStale(path)
                usleep(250_000)
            case ENOENT where !hasMadeDirectory:
                hasMadeDirectory = true
                try Directory.make((path as NSString).deletingLastPathComponent, below: base)
            case EACCES where rules.mayLackLockFile, EROFS where rules.mayLackLockFile:
                return false
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

    private static func lock(_ descriptor: CInt, _ locks: MailboxLocks) throws(MailboxFailure) {
        if locks.contains(.fcntl) {
            var request = Glibc.flock()
            request.l_type = Int16(F_WRLCK)
            request.l_whence = Int16(SEEK_SET)
            try lock { fcntl(descriptor, openFileLock, &request) }
        }
        if locks.contains(.flock) { try lock { martlet_lock_file(descriptor) } }
    }

    private static func lock(_ attempt: () -> CInt) throws(MailboxFailure) {
        for _ in 0..<attempts {
            if attempt() == 0 { return }
            guard errno == EACCES || errno == EAGAIN || errno == EINTR else {
                throw .system("unable to lock for exclusive access")
            }
            usleep(250_000)
        }
        throw MailboxFailure(
            .busy, "unable to lock for exclusive access: the mailbox is held by another program")
    }
}

extension ReversePath {
    /// Who a message is from where an empty address would be misread.
    var envelopeName: String { self == .null ? "MAILER-DAEMON" : quoted }
}
