import Foundation
import MailFormat

extension Mailbox {
    /// As it travels to the keeper.
    var kept: VirtualMailbox { VirtualMailbox(answer: answer, uid: owner.uid, gid: owner.gid) }

    private func base(_ settings: VirtualSettings) -> String {
        String(settings.base.reversed().drop { $0 == "/" }.reversed())
    }

    /// Puts a message into it, with its owner's rights. Calls block.
    ///
    /// - Returns: what went wrong once the message was in its place, for the log.
    func write(
        _ message: MailboxMessage, _ settings: VirtualSettings
    ) throws(MailboxFailure) -> MailboxFailure? {
        let base = base(settings)
        let path = "\(base)/\(path)"
        return try FileIdentity.with(owner) { () throws(MailboxFailure) -> MailboxFailure? in
            switch kind {
            case .maildir:
                return try MaildirDelivery.deliver(message, to: path, base: base, limit: settings.limit)
            case .mbox:
                try MboxDelivery.deliver(
                    message, to: path, base: base,
                    MailboxFileRules(limit: settings.limit, locks: settings.locks))
                return nil
            }
        }
    }

    /// What the operator has to know of a failure.
    func warnings(_ failure: MailboxFailure, _ settings: VirtualSettings) -> [String] {
        guard case .system(EACCES) = failure.kind else { return [] }
        return [
            """
            \(kind == .maildir ? "maildir" : "mailbox") access problem for \
            UID/GID=\(owner.uid)/\(owner.gid): \(failure.reason)
            """,
            "perhaps you need to create the maildirs in advance",
        ]
    }

    func outcome(_ failure: MailboxFailure, _ settings: VirtualSettings) -> RecipientOutcome {
        let trouble =
            switch kind {
            case .maildir: "maildir delivery failed: "
            case .mbox: "delivery failed to mailbox \(base(settings))/\(path): "
            }
        return .mailbox(failure, trouble, relay: "virtual")
    }
}
