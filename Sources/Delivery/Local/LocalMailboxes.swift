import Foundation
import Logging
import MailFormat
import NIOPosix
import Routing

/// Writes to the mailboxes of users of this machine and to files that aliases name, as far as a server may that root
/// has not started. ``Keeper`` does the same with the rights of each.
struct LocalMailboxes: Sendable {
    private static let agent = "local"
    let settings: LocalAgentSettings
    let threads: NIOThreadPool
    let logger: Logger

    // MARK: Users

    func deliver(_ message: MailboxMessage, to user: LocalUser) async -> RecipientOutcome {
        let mailbox = UserMailbox(of: user, settings)
        let isOwner = ServerIdentity.canBe(user.uid)
        let settings = settings
        guard isOwner || mailbox.kind == .spool else {
            return .mailbox(Self.powerless(mailbox), "delivery failed: ", relay: Self.agent)
        }
        return await written(message, mailbox.success, mailbox.trouble) {
            () throws(MailboxFailure) -> MailboxFailure? in
            // Into a file that is there, its group lets the server write: it stays the user's.
            guard isOwner || access(mailbox.path, F_OK) == 0 else { throw Self.powerless(mailbox) }
            func write() throws(MailboxFailure) -> MailboxFailure? {
                try mailbox.write(message, settings, creates: isOwner)
            }
            return isOwner ? try FileIdentity.with(mailbox.owner, write) : try write()
        }
    }

    private static func powerless(_ mailbox: UserMailbox) -> MailboxFailure {
        let (server, user, path) = (ServerIdentity.name, mailbox.user.name, mailbox.path)
        return MailboxFailure(
            .configuration,
            "the server runs as \(server) and cannot make \(path), which has to be \(user)'s: let root start it, or set "
                + "mailbox_transport to an LMTP server such as Dovecot; or deliver to files in /var/mail that are there: "
                + "install -o \(user) -g mail -m 660 /dev/null /var/mail/\(user) && adduser \(server) mail")
    }

    // MARK: Files

    func deliver(
        _ message: MailboxMessage, toFile path: String, for authority: LocalAuthority
    ) async -> RecipientOutcome {
        if path == "/dev/null" { return .delivered("delivered to file: /dev/null", relay: Self.agent) }
        let owner: MailboxOwner? =
            switch authority.rights {
            case .operatorOfServer: nil
            case .owner(let uid): MailboxOwner(uid: uid, gid: getegid())
            case .user(let user): MailboxOwner(uid: user.uid, gid: user.gid)
            }
        if let owner, !ServerIdentity.canBe(owner.uid) {
            return .deferred(
                EnhancedStatusCode(.persistentTransientFailure, 3, 5),
                "the server runs as \(ServerIdentity.name) and cannot write \(path) for uid \(owner.uid): let root start it, "
                    + "let an alias of the operator's name the file, or deliver by mailbox_transport",
                relay: Self.agent)
        }
        let settings = settings
        let file = FileDestination(path: path)
        return await written(
            message, file.success, "cannot append message to file \(path): "
        ) {
            () throws(MailboxFailure) -> MailboxFailure? in
            func write() throws(MailboxFailure) -> MailboxFailure? {
                try file.write(message, settings)
            }
            if let owner { return try FileIdentity.with(owner, write) }
            return try write()
        }
        .explainingRights
    }

    // MARK: Writing

    private func written(
        _ message: MailboxMessage, _ success: String, _ trouble: String,
        _ write: @escaping @Sendable () throws(MailboxFailure) -> MailboxFailure?
    ) async -> RecipientOutcome {
        do {
            let late = try await threads.runIfActive {
                try message.content.open()
                return try write()
            }
            if let late { logger.warning("delivered, but perhaps not safe yet: \(late.reason)") }
            return .delivered(success, relay: Self.agent)
        } catch let failure as MailboxFailure {
            return .mailbox(failure, trouble, relay: Self.agent)
        } catch {
            return .deferred(
                EnhancedStatusCode(.persistentTransientFailure, 3, 0), "\(trouble)\(error)",
                relay: Self.agent)
        }
    }
}

extension RecipientOutcome {
    /// What a failure means for the recipient.
    ///
    /// - Parameter trouble: the words before the failure's own.
    static func mailbox(_ failure: MailboxFailure, _ trouble: String, relay: String) -> Self {
        let reason = trouble + failure.reason
        return failure.status.class == .permanentFailure
            ? .failed(failure.status, reason, relay: relay) : .deferred(failure.status, reason, relay: relay)
    }

    /// Who it is that may not write.
    fileprivate var explainingRights: RecipientOutcome {
        guard fate == .deferred, reason.hasSuffix(String(cString: strerror(EACCES))) else { return self }
        var copy = self
        copy.reason += ": let \(ServerIdentity.name) write there"
        return copy
    }
}
