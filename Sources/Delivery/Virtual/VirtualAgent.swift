import Foundation
import Logging
import LookupTables
import MailFormat
import MailQueue
import NIOCore
import NIOPosix
import SMTPWire

/// Puts mail into the mailboxes of `virtual_mailbox_domains`: virtual(8).
public final class VirtualAgent: DeliveryAgent {
    public let name = "virtual"
    private let settings: VirtualSettings
    private let tables: MailboxTables
    let logger: Logger
    /// Has the rights of mailboxes' owners; without one, the server's own must do.
    private let keeper: DeliveryKeeper?
    private let service: String
    /// Where files are written: threads of our own, since a mailbox that is locked keeps one for seconds. Their number
    /// bounds deliveries side by side.
    private let threads: NIOThreadPool

    /// - Parameters:
    ///   - service: the name in master.cf.
    ///   - logger: label `virtual`.
    public init(
        _ settings: VirtualSettings, tables: MailboxTables, keeper: DeliveryKeeper? = nil,
        service: String = "virtual", logger: Logger
    ) {
        self.keeper = keeper
        self.service = service
        self.settings = settings
        self.tables = tables
        self.logger = logger
        threads = NIOThreadPool(numberOfThreads: 16)
        threads.start()
    }

    // A delivery keeps its agent, so nothing is under way any more: not even where a new configuration has brought
    // another agent meanwhile.
    deinit { threads.shutdownGracefully { _ in } }

    public func deliver(_ job: DeliveryJob) async -> DeliveryReceipt {
        var outcomes: [RecipientOutcome] = []
        for recipient in job.recipients { outcomes.append(await deliver(job, to: recipient.recipient)) }
        return DeliveryReceipt(outcomes: outcomes)
    }

    private func deliver(_ job: DeliveryJob, to recipient: EnvelopeRecipient) async -> RecipientOutcome {
        // Neither may begin a field of its own in the mailbox.
        guard !recipient.address.hasControlCharacter, !recipient.original.hasControlCharacter else {
            return .failed(
                EnhancedStatusCode(.permanentFailure, 1, 3),
                "bad recipient address: it holds control characters", relay: name)
        }
        guard !job.message.sender.hasControlCharacter else {
            return .failed(
                EnhancedStatusCode(.permanentFailure, 1, 7),
                "bad sender address: it holds control characters", relay: name)
        }
        let mailbox: Mailbox
        do throws(LookupFailure) {
            switch try await find(recipient.address) {
            case .found(let found): mailbox = found
            case .unknown:
                return .failed(
                    EnhancedStatusCode(.permanentFailure, 1, 1),
                    "unknown user: \"\(recipient.address.text)\"",
                    relay: name)
            case .misconfigured(let reason):
                logger.warning("recipient \(recipient.address.text): \(reason)")
                return .deferred(
                    EnhancedStatusCode(.persistentTransientFailure, 3, 5), "mail system configuration error",
                    relay: name)
            }
        } catch {
            logger.warning("\(error)")
            return .deferred(
                EnhancedStatusCode(.persistentTransientFailure, 3, 0), "\(error.table): table lookup problem",
                relay: name)
        }
        if let keeper {
            return await keeper.deliver(
                .virtualMailbox(mailbox.kept, recipient), job.message, job.content, service: service,
                relay: name, logger: logger)
        }
        do {
            let message = MailboxMessage(
                sender: job.message.sender, recipient: recipient,
                content: MailboxContent(job.content, threads),
                namesOriginalRecipient: settings.namesOriginalRecipient)
            let settings = settings
            let late = try await threads.runIfActive {
                try message.content.open()
                return try mailbox.write(message, settings)
            }
            if let late {
                logger.warning("\(job.message.id): delivered, but perhaps not safe yet: \(late.reason)")
            }
            return .delivered("delivered to \(mailbox.kind == .maildir ? "maildir" : "mailbox")", relay: name)
        } catch let failure as MailboxFailure {
            for warning in mailbox.warnings(failure, settings) { logger.warning("\(warning)") }
            return mailbox.outcome(failure, settings)
        } catch let trouble as FilePieces.Trouble {
            return mailbox.outcome(
                MailboxFailure(.content, "queue file read error: \(trouble)"), settings)
        } catch {
            return .deferred(
                EnhancedStatusCode(.persistentTransientFailure, 3, 0), "the server is stopping", relay: name)
        }
    }

    // MARK: Finding the mailbox

    enum Search {
        case found(Mailbox)
        case unknown
        case misconfigured(String)
    }

    func find(_ address: MailAddress) async throws(LookupFailure) -> Search {
        let trail = tables.trail()
        defer { trail?.correct() }
        let search = try await find(address, trail: trail)
        switch search {
        case .found: trail?.keep()
        case .unknown, .misconfigured:
            // Memory alone is no reason to send mail back.
            if let substitution = trail?.substitution { throw substitution.failure }
        }
        return search
    }

    private func find(_ address: MailAddress, trail: LookupTrail?) async throws(LookupFailure) -> Search {
        func ask(_ list: TableList) async throws(LookupFailure) -> String? {
            try await MailboxTables.find(
                address, in: list, rule: settings.addressExtension, trail: trail)
        }
        guard let answer = try await ask(tables.mailboxes) else { return .unknown }
        let uid = try await number(
            ask(tables.uids), "uid", tables.uids.parameter, atLeast: settings.minimumUID)
        let gid = try await number(ask(tables.gids), "gid", tables.gids.parameter, atLeast: 1)
        switch (uid, gid) {
        case (.failure(let wrong), _), (_, .failure(let wrong)):
            return .misconfigured(wrong.reason)
        case (.success(let uid), .success(let gid)):
            guard settings.base.hasPrefix("/") else {
                return .misconfigured("virtual_mailbox_base = \(settings.base): must be an absolute path")
            }
            guard let mailbox = Mailbox(answer: answer, owner: MailboxOwner(uid: uid, gid: gid)) else {
                return .misconfigured(
                    "\(tables.mailboxes.parameter) answers \"\(answer)\", which does not stay below virtual_mailbox_base"
                )
            }
            return .found(mailbox)
        }
    }

    private struct Wrong: Error {
        let reason: String
    }

    private func number(
        _ answer: String?, _ kind: String, _ parameter: String, atLeast minimum: Int
    ) -> Result<UInt32, Wrong> {
        guard let answer else { return .failure(Wrong(reason: "not found in \(parameter)")) }
        guard let number = UInt32(answer), number != .max, Int(number) >= minimum else {
            return .failure(Wrong(reason: "bad \(kind) \(answer) in \(parameter)"))
        }
        return .success(number)
    }
}
