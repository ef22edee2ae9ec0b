import CFileIdentity
import Foundation

/// Who this thread is for the system.
enum FileIdentity {
    /// Runs `work` with the owner's rights: as root by putting on the owner's identity for this thread alone,
    /// otherwise only where the process already is that user.
    static func with<Value>(
        _ owner: MailboxOwner, _ work: () throws(MailboxFailure) -> Value
    ) throws(MailboxFailure) -> Value {
        guard geteuid() == 0 else {
            guard owner.uid == geteuid() else {
                throw MailboxFailure(
                    .configuration,
                    "the mailbox belongs to uid \(owner.uid), and the server runs as uid \(geteuid()): only a"
                        + " server that root has started delivers for several users; let virtual_uid_maps answer"
                        + " static:\(geteuid()), or deliver by LMTP")
            }
            return try work()
        }
        // Effective ids, as Postfix changes them: with those of the file system alone, quotas would not count.
        let formerGroup = getegid()
        var groups = [gid_t](repeating: 0, count: Int(max(0, getgroups(0, nil))))
        let count = getgroups(CInt(groups.count), &groups)
        defer {
            // A thread that stays somebody else must do nothing more; root always may go back.
            if martlet_thread_return(formerGroup, groups, max(0, count)) != 0 { exit(EX_OSERR) }
        }
        guard martlet_thread_become(owner.uid, owner.gid) == 0, geteuid() == owner.uid,
            getegid() == owner.gid
        else {
            throw MailboxFailure(.configuration, "cannot take the identity of uid \(owner.uid)")
        }
        return try work()
    }
}
