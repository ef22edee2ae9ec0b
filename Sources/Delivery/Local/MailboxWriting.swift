import Foundation
import Routing

extension UserMailbox {
    /// Puts a message into it, with the rights that this thread has. Calls block.
    ///
    /// - Parameters:
    ///   - creates: makes the file where it is missing.
    ///   - handsTo: who gets a file that is made, and writes into it; nil: this thread's user.
    /// - Returns: what went wrong once the message was in its place, for the log.
    func write(
        _ message: MailboxMessage, _ settings: LocalAgentSettings, creates: Bool = true,
        handsTo: MailboxOwner? = nil
    ) throws(MailboxFailure) -> MailboxFailure? {
        if kind == .maildir {
            return try MaildirDelivery.deliver(message, to: path, base: base, limit: settings.limit)
        }
        let isOwned = kind == .spool && settings.requiresOwnership
        try MboxDelivery.deliver(
            message, to: path, base: base,
            MailboxFileRules(
                limit: settings.limit, locks: settings.locks, creates: creates,
                owner: isOwned ? user.uid : nil, handsTo: handsTo))
        return nil
    }
}

/// A file that an alias or a user's .forward names.
struct FileDestination: Sendable {
    /// With a slash at the end a Maildir.
    let path: String

    var success: String {
        path.hasSuffix("/") ? "delivered to maildir" : "delivered to file: \(path)"
    }

    /// Appends a message to it, with the rights that this thread has. Calls block.
    func write(
        _ message: MailboxMessage, _ settings: LocalAgentSettings
    ) throws(MailboxFailure) -> MailboxFailure? {
        let file = path.hasSuffix("/") ? String(path.dropLast()) : path
        let directory = Self.real((file as NSString).deletingLastPathComponent)
        guard !settings.ownDirectories.contains(where: { "\(directory)/".hasPrefix("\(Self.real($0))/") })
        else {
            throw MailboxFailure(.restricted, "mail to file is restricted")
        }
        if path.hasSuffix("/") {
            return try MaildirDelivery.deliver(message, to: file, base: directory, limit: settings.limit)
        }
        try MboxDelivery.deliver(
            message, to: file, base: directory,
            MailboxFileRules(limit: settings.limit, locks: settings.locks, mayLackLockFile: true))
        return nil
    }

    /// Without symbolic links.
    private static func real(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }
}
