import MailFormat
import PostfixConfig

/// The keeper's part of virtual(8).
struct VirtualDuty {
    let settings: VirtualSettings

    init(_ service: DeliveryService) { settings = VirtualSettings(service.configuration) }

    /// Anybody's mailbox below `virtual_mailbox_base`, but for root's and those of users below `virtual_minimum_uid`.
    func deliver(_ message: MailboxMessage, to kept: VirtualMailbox) throws(KeeperRefusal) -> KeeperReply {
        guard kept.uid > 0, kept.uid != .max, Int(kept.uid) >= settings.minimumUID else {
            throw KeeperRefusal("uid \(kept.uid) is below virtual_minimum_uid = \(settings.minimumUID)")
        }
        guard kept.gid > 0, kept.gid != .max else { throw KeeperRefusal("gid \(kept.gid) is root's") }
        guard settings.base.hasPrefix("/") else {
            throw KeeperRefusal("virtual_mailbox_base = \(settings.base): must be an absolute path")
        }
        guard
            let mailbox = Mailbox(
                answer: kept.answer, owner: MailboxOwner(uid: kept.uid, gid: kept.gid))
        else { throw KeeperRefusal("\(kept.answer) does not stay below virtual_mailbox_base") }
        do throws(MailboxFailure) {
            let late = try mailbox.write(message, settings)
            return .outcome(
                .delivered(
                    "delivered to \(mailbox.kind == .maildir ? "maildir" : "mailbox")", relay: "virtual"),
                warnings: late.warnings)
        } catch {
            return .outcome(
                mailbox.outcome(error, settings), warnings: mailbox.warnings(error, settings))
        }
    }
}

extension MailboxFailure? {
    /// For the log, once a message is where it belongs.
    var warnings: [String] { map { ["delivered, but perhaps not safe yet: \($0.reason)"] } ?? [] }
}
