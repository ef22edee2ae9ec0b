import Foundation
import Logging
import MailFormat
import NIOPosix
import Routing

/// Writes to the mailboxes of users of this machine and to files that aliases name, as far as a server may that gave up
/// root's rights.
struct LocalMailboxes: Sendable {
    private static let agent = "local"
    let settings: LocalAgentSettings
    let threads: NIOThreadPool
    let logger: Logger

    /// Where a user's mail lies.
    private enum Place {
        case maildir(String, base: String)
        case mbox(String, base: String)
        /// A file of the spool: its directory is the operator's.
        case spool(String)
    }

    private func place(of user: LocalUser) -> Place {
        func stripped(_ path: String) -> String { path.hasSuffix("/") ? String(path.dropLast()) : path }
        if !settings.homeMailbox.isEmpty {
            let path = "\(user.home)/\(settings.homeMailbox)"
            return path.hasSuffix("/")
                ? .maildir(stripped(path), base: user.home) : .mbox(path, base: user.home)
        }
        let path = "\(stripped(settings.spoolDirectory))/\(user.name)"
        return settings.spoolDirectory.hasSuffix("/")
            ? .maildir(path, base: stripped(settings.spoolDirectory)) : .spool(path)
    }

    // MARK: Users

    func deliver(_ message: MailboxMessage, to user: LocalUser) async -> RecipientOutcome {
        let place = place(of: user)
        let (settings, isOwner) = (settings, ServerIdentity.canBe(user.uid))
        let owner = MailboxOwner(uid: user.uid, gid: user.gid)
        switch place {
        case .maildir(let path, let base):
            guard isOwner else { return outcome(Self.powerless(user, path), "delivery failed") }
            return await written(message, "delivered to maildir", "maildir delivery failed") {
                () throws(MailboxFailure) -> MailboxFailure? in
                try FileIdentity.with(owner) { () throws(MailboxFailure) -> MailboxFailure? in
                    try MaildirDelivery.deliver(message, to: path, base: base, limit: settings.limit)
                }
            }
        case .mbox(let path, let base):
            guard isOwner else { return outcome(Self.powerless(user, path), "delivery failed") }
            return await written(
                message, "delivered to mailbox", "cannot update mailbox \(path) for user \(user.name)"
            ) {
                () throws(MailboxFailure) -> MailboxFailure? in
                try FileIdentity.with(owner) { () throws(MailboxFailure) -> MailboxFailure? in
                    try MboxDelivery.deliver(message, to: path, base: base, limit: settings.limit)
                    return nil
                }
            }
        case .spool(let path):
            return await written(
                message, "delivered to mailbox", "cannot update mailbox \(path) for user \(user.name)"
            ) {
                () throws(MailboxFailure) -> MailboxFailure? in
                // Into a file that is there, its group lets the server write: it stays the user's.
                func write() throws(MailboxFailure) -> MailboxFailure? {
                    guard isOwner || access(path, F_OK) == 0 else { throw Self.powerless(user, path) }
                    try MboxDelivery.deliver(
                        message, to: path, base: (path as NSString).deletingLastPathComponent,
                        limit: settings.limit, creates: isOwner,
                        owner: settings.requiresOwnership ? user.uid : nil)
                    return nil
                }
                return isOwner ? try FileIdentity.with(owner, write) : try write()
            }
        }
    }

    private static func powerless(_ user: LocalUser, _ path: String) -> MailboxFailure {
        let server = ServerIdentity.name
        return MailboxFailure(
            .configuration,
            "the server runs as \(server) and cannot make \(path), which has to be \(user.name)'s: set mailbox_transport to "
                + "an LMTP server such as Dovecot; or deliver to files in /var/mail that are there: "
                + "install -o \(user.name) -g mail -m 660 /dev/null /var/mail/\(user.name) && adduser \(server) mail"
        )
    }

    // MARK: Files

    func deliver(
        _ message: MailboxMessage, toFile path: String, for authority: LocalAuthority
    ) async -> RecipientOutcome {
        if path == "/dev/null" { return .delivered("delivered to file: /dev/null", relay: Self.agent) }
        if case .user(let uid, _) = authority, !ServerIdentity.canBe(uid) {
            return .deferred(
                EnhancedStatusCode(.persistentTransientFailure, 3, 5),
                "the server runs as \(ServerIdentity.name) and cannot write \(path) for uid \(uid): let an alias of the "
                    + "operator's name the file, or deliver by mailbox_transport", relay: Self.agent)
        }
        let (limit, forbidden) = (settings.limit, settings.ownDirectories)
        return await written(message, "delivered to file: \(path)", "cannot append message to file \(path)") {
            () throws(MailboxFailure) -> MailboxFailure? in
            func write() throws(MailboxFailure) -> MailboxFailure? {
                let directory = Self.real((path as NSString).deletingLastPathComponent)
                guard !forbidden.contains(where: { "\(directory)/".hasPrefix("\(Self.real($0))/") }) else {
                    throw MailboxFailure(.restricted, "mail to file is restricted")
                }
                try MboxDelivery.deliver(message, to: path, base: directory, limit: limit)
                return nil
            }
            if case .user(let uid, let gid) = authority {
                return try FileIdentity.with(MailboxOwner(uid: uid, gid: gid), write)
            }
            return try write()
        }
        .explainingRights
    }

    /// Without symbolic links.
    private static func real(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path
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
            return outcome(failure, trouble)
        } catch {
            return .deferred(
                EnhancedStatusCode(.persistentTransientFailure, 3, 0), "\(trouble): \(error)",
                relay: Self.agent)
        }
    }
}

extension LocalMailboxes {
    private func outcome(_ failure: MailboxFailure, _ trouble: String) -> RecipientOutcome {
        let reason = "\(trouble): \(failure.reason)"
        return failure.status.class == .permanentFailure
            ? .failed(failure.status, reason, relay: Self.agent)
            : .deferred(failure.status, reason, relay: Self.agent)
    }
}

extension RecipientOutcome {
    /// Who it is that may not write.
    fileprivate var explainingRights: RecipientOutcome {
        guard fate == .deferred, reason.hasSuffix(String(cString: strerror(EACCES))) else { return self }
        var copy = self
        copy.reason += ": let \(ServerIdentity.name) write there"
        return copy
    }
}
