import CFileIdentity
import Foundation

/// Who this thread is for the file system.
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
                        + " server that keeps root's rights delivers for several users; let virtual_uid_maps answer"
                        + " static:\(geteuid()), or deliver by LMTP")
            }
            return try work()
        }
        // setfsuid(2) returns the identity before; whether it worked is seen by asking again.
        setfsgid(owner.gid)
        setfsuid(owner.uid)
        defer {
            setfsuid(0)
            setfsgid(0)
        }
        guard setfsuid(UInt32.max) == Int32(bitPattern: owner.uid) else {
            throw MailboxFailure(.configuration, "cannot take the identity of uid \(owner.uid)")
        }
        return try work()
    }
}
