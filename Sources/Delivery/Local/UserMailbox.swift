import Foundation
import Routing

/// Where a user's mail lies, and with whose rights it is put there.
struct UserMailbox: Sendable {
    enum Kind: Hashable, Sendable {
        case maildir
        case mbox
        /// A file of `mail_spool_directory`, which is the operator's.
        case spool
    }

    let kind: Kind
    /// Without a slash at the end.
    let path: String
    /// What is there already; directories are made below it.
    let base: String
    let user: LocalUser

    init(of user: LocalUser, _ settings: LocalAgentSettings) {
        func stripped(_ path: String) -> String { path.hasSuffix("/") ? String(path.dropLast()) : path }
        self.user = user
        if !settings.homeMailbox.isEmpty {
            path = stripped("\(user.home)/\(settings.homeMailbox)")
            base = user.home
            kind = settings.homeMailbox.hasSuffix("/") ? .maildir : .mbox
        } else {
            base = stripped(settings.spoolDirectory)
            path = "\(base)/\(user.name)"
            kind = settings.spoolDirectory.hasSuffix("/") ? .maildir : .spool
        }
    }

    var owner: MailboxOwner { MailboxOwner(uid: user.uid, gid: user.gid) }

    var success: String { kind == .maildir ? "delivered to maildir" : "delivered to mailbox" }

    /// The words before a failure's own.
    var trouble: String {
        kind == .maildir
            ? "maildir delivery failed: " : "cannot update mailbox \(path) for user \(user.name). "
    }

    /// Who makes the user's file in the spool. A directory that its group may write to gives its files to that group,
    /// and the user is let in as a member; one that everybody may write to needs nobody; else root makes the file and
    /// gives it away.
    func spoolRights() -> (maker: MailboxOwner, handsTo: MailboxOwner?) {
        var status = stat()
        guard stat(base, &status) == 0, status.st_mode & S_IWOTH == 0 else { return (owner, nil) }
        if status.st_mode & S_IWGRP != 0 {
            return (MailboxOwner(uid: user.uid, gid: status.st_gid), nil)
        }
        return (MailboxOwner(uid: 0, gid: 0), owner)
    }
}

extension LocalUser {
    /// The user of that name, or of that uid, on this machine. Calls block.
    init?(named name: String) {
        self.init { getpwnam_r(name, $0, $1, $2, $3) }
    }

    init?(uid: UInt32) {
        self.init { getpwuid_r(uid, $0, $1, $2, $3) }
    }

    private init?(
        _ ask: (
            UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
            UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
        ) -> CInt
    ) {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 * 1024)
        let user: LocalUser? = buffer.withUnsafeMutableBufferPointer { space in
            guard let base = space.baseAddress, ask(&entry, base, space.count, &found) == 0, found != nil
            else { return nil }
            return LocalUser(
                name: String(cString: entry.pw_name), uid: entry.pw_uid, gid: entry.pw_gid,
                home: String(cString: entry.pw_dir), shell: String(cString: entry.pw_shell))
        }
        guard let user else { return nil }
        self = user
    }
}
