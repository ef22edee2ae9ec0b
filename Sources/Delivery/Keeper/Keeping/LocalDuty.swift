import Foundation
import MailFormat
import PostfixConfig
import Routing

/// The keeper's part of local(8).
struct LocalDuty {
    let settings: LocalAgentSettings
    let rules: KeeperRules

    init(_ service: DeliveryService) {
        settings = LocalAgentSettings(service.configuration)
        rules = KeeperRules(service.configuration)
    }

    // MARK: Mailboxes

    /// Root's mailbox too: where it is, main.cf says and not the server.
    func deliver(_ message: MailboxMessage, toUser name: String) throws(KeeperRefusal) -> KeeperReply {
        let mailbox = UserMailbox(of: try rules.user(name), settings)
        return report(mailbox.success, mailbox.trouble) { () throws(MailboxFailure) in
            guard mailbox.kind == .spool else {
                return try FileIdentity.with(mailbox.owner) { () throws(MailboxFailure) in
                    try mailbox.write(message, settings)
                }
            }
            let rights = mailbox.spoolRights()
            return try FileIdentity.with(rights.maker) { () throws(MailboxFailure) in
                try mailbox.write(message, settings, handsTo: rights.handsTo)
            }
        }
    }

    func deliver(
        _ message: MailboxMessage, toFile path: String, for authority: KeptAuthority
    ) throws(KeeperRefusal) -> KeeperReply {
        let owner = try rules.owner(of: .file(path), for: authority)
        let file = FileDestination(path: path)
        return report(file.success, "cannot append message to file \(path): ") {
            () throws(MailboxFailure) in
            try FileIdentity.with(owner.identity) { () throws(MailboxFailure) in
                try file.write(message, settings)
            }
        }
    }

    private func report(
        _ success: String, _ trouble: String, _ write: () throws(MailboxFailure) -> MailboxFailure?
    ) -> KeeperReply {
        do throws(MailboxFailure) {
            let late = try write()
            return .outcome(.delivered(success, relay: "local"), warnings: late.warnings)
        } catch {
            return .outcome(.mailbox(error, trouble, relay: "local"), warnings: [])
        }
    }

    // MARK: Lists

    /// A user's own file, and only one that `forward_path` names.
    func open(forwardFile path: String, of name: String) throws(KeeperRefusal) -> KeptAnswer {
        let user = try rules.user(name)
        guard rules.forwardFiles.includes(path, of: user) else {
            throw KeeperRefusal("forward_path does not name \(path)")
        }
        return open(path, MailboxOwner(uid: user.uid, gid: user.gid))
    }

    /// A list that a user's .forward file or a table of alias_maps includes.
    func open(list path: String, for authority: KeptAuthority) throws(KeeperRefusal) -> KeptAnswer {
        open(path, try rules.reader(ofList: path, for: authority))
    }

    private func open(_ path: String, _ owner: MailboxOwner) -> KeptAnswer {
        let opened: OpenedFile
        do throws(MailboxFailure) {
            opened = try FileIdentity.with(owner) { () throws(MailboxFailure) in
                .own(path, isUsers: true)
            }
        } catch {
            return KeptAnswer(.unreadable(error.reason))
        }
        switch opened {
        case .file(let file): return KeptAnswer(.file(owner: file.owner ?? 0), file: file)
        case .not(.missing): return KeptAnswer(.missing)
        case .not(.unsafe(let reason)): return KeptAnswer(.unsafe(reason))
        case .not(.unreadable(let reason)): return KeptAnswer(.unreadable(reason))
        case .not(.content): return KeptAnswer(.missing)
        }
    }
}
