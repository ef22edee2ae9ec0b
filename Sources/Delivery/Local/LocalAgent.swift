import Foundation
import Logging
import LookupTables
import MailFormat
import MailQueue
import NIOPosix
import Routing

/// Delivers to users and aliases of this machine: local(8).
///
/// Routing says what is to be done (``Router/localDeliveries(of:over:from:deliveredTo:files:observer:)``). Where
/// that is one thing, it is done here and now. Where an alias leads to several, they become a message of their own,
/// which enters the queue in the transaction in which the alias leaves it: so each has its own retries, and nobody
/// gets the mail twice. Only what must not go through the aliases again is always done here.
public final class LocalAgent: DeliveryAgent {
    public let name = "local"
    public let servesRecipientsApart = true
    private static let askedTogether = 32
    private let guide: any AddressGuide
    let router: @Sendable () -> Router
    let others: AgentRegistry
    private let mailboxes: LocalMailboxes
    let files: SystemFiles
    /// Has the rights of users; without one, the server's own must do.
    private let keeper: DeliveryKeeper?
    private let service: String
    private let threads: NIOThreadPool
    private let slots = DeliverySlots(100)
    let logger: Logger

    /// - Parameters:
    ///   - others: the agents behind `mailbox_transport` and `fallback_transport`.
    ///   - service: the name in master.cf.
    ///   - logger: label `local`.
    public init(
        _ settings: LocalAgentSettings, router: @escaping @Sendable () -> Router, others: AgentRegistry,
        keeper: DeliveryKeeper? = nil, service: String = "local", logger: Logger
    ) {
        self.keeper = keeper
        self.service = service
        self.router = router
        guide = RouterGuide(router)
        self.others = others
        self.logger = logger
        // Threads of our own: a mailbox that is locked keeps one for seconds.
        threads = NIOThreadPool(numberOfThreads: 16)
        threads.start()
        files = SystemFiles(threads: threads, keeper: keeper, service: service)
        mailboxes = LocalMailboxes(settings: settings, threads: threads, logger: logger)
    }

    // A delivery keeps its agent, so nothing is under way any more.
    deinit { threads.shutdownGracefully { _ in } }

    public func deliver(_ job: DeliveryJob) async -> DeliveryReceipt {
        await slots.perform { await deliverInSlot(job) }
    }

    private func deliverInSlot(_ job: DeliveryJob) async -> DeliveryReceipt {
        var receipt = DeliveryReceipt(outcomes: [])
        for recipient in job.recipients {
            let one = await deliver(job, recipient)
            receipt.outcomes += one.outcomes
            if job.recipients.count == 1 { receipt = one }
        }
        return receipt
    }

    private func deliver(_ job: DeliveryJob, _ recipient: QueuedRecipient) async -> DeliveryReceipt {
        // Neither may begin a field of its own in a mailbox.
        guard !recipient.recipient.address.hasControlCharacter,
            !recipient.recipient.original.hasControlCharacter, !job.message.sender.hasControlCharacter
        else {
            return .one(
                .failed(
                    EnhancedStatusCode(.permanentFailure, 1, 3), "bad address: it holds control characters",
                    relay: name))
        }
        let deliveries: [LocalDelivery]
        do {
            deliveries = try await router().localDeliveries(
                of: recipient.recipient.address, over: job.route.transport, from: job.message.sender,
                deliveredTo: try await DeliveredTo.read(job.content, threads), files: files)
        } catch let failure as LookupFailure {
            return postponed("table lookup failure", "\(failure)")
        } catch {
            return postponed("queue file read error", "\(error)")
        }
        if deliveries.count == 1, let action = deliveries[0].action {
            return await perform(action, deliveries[0], job, recipient)
        }
        do throws(LookupFailure) {
            return try await deliver(deliveries, job, recipient)
        } catch {
            return postponed("table lookup failure", "\(error)")
        }
    }

    private func postponed(_ reason: String, _ cause: String) -> DeliveryReceipt {
        logger.warning("\(cause)")
        return .one(
            .deferred(EnhancedStatusCode(.persistentTransientFailure, 3, 0), reason, relay: name))
    }

    // MARK: Several

    private func deliver(
        _ deliveries: [LocalDelivery], _ job: DeliveryJob, _ recipient: QueuedRecipient
    ) async throws(LookupFailure) -> DeliveryReceipt {
        var travelling: [ReversePath: [EnvelopeRecipient]] = [:]
        var order: [ReversePath] = []
        var here: [(LocalDelivery.Action, LocalDelivery)] = []
        var sentOn = try await finalRecipients(
            of: deliveries.filter { $0.action == nil }.map(\.address)
        )[...]
        for delivery in deliveries {
            let recipients: [EnvelopeRecipient]
            if let action = delivery.action {
                guard action.isMailbox, delivery.standsAlone else {
                    here.append((action, delivery))
                    continue
                }
                recipients = [EnvelopeRecipient(address: delivery.address, original: delivery.address)]
            } else {
                recipients = sentOn.removeFirst()
            }
            if travelling[delivery.sender] == nil { order.append(delivery.sender) }
            for each in recipients {
                var travelled = recipient.recipient
                travelled.address = each.address
                travelling[delivery.sender, default: []].append(travelled)
            }
        }
        let forwards = order.map { sender in
            var seen: Set<MailAddress> = []
            return Forward(
                sender: sender,
                recipients: (travelling[sender] ?? []).filter { seen.insert($0.address.folded).inserted },
                deliveredTo: recipient.recipient.address)
        }
        // Last, when nothing else can hold up the recipient: what is done here is not taken back.
        var outcomes: [RecipientOutcome] = []
        for (action, delivery) in here {
            outcomes += await perform(action, delivery, job, recipient).outcomes
        }
        return .one(combined(outcomes, forwards))
    }

    /// Asks for some dozens at a time: their lookups travel together.
    ///
    /// - Returns: one list for each, in order.
    private func finalRecipients(
        of addresses: [MailAddress]
    ) async throws(LookupFailure) -> [[EnvelopeRecipient]] {
        typealias Answer = Result<[EnvelopeRecipient], LookupFailure>
        let guide = guide
        let answers = await withTaskGroup(of: (Int, Answer).self) { group in
            var answers: [Answer?] = Array(repeating: nil, count: addresses.count)
            for (index, address) in addresses.enumerated() {
                if index >= Self.askedTogether, let (done, answer) = await group.next() {
                    answers[done] = answer
                }
                group.addTask {
                    do throws(LookupFailure) {
                        return (index, .success(try await guide.finalRecipients(of: address)))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            for await (index, answer) in group { answers[index] = answer }
            return answers
        }
        var recipients: [[EnvelopeRecipient]] = []
        for answer in answers { recipients.append(try answer?.get() ?? []) }
        return recipients
    }

    /// What has to be tried again holds up the whole; else what failed is told, and what travels travels.
    private func combined(_ outcomes: [RecipientOutcome], _ forwards: [Forward]) -> RecipientOutcome {
        var outcome =
            outcomes.first { $0.fate == .deferred } ?? outcomes.first { $0.fate == .failed } ?? outcomes.last
            ?? .delivered(forwards.isEmpty ? "the list is empty" : "forwarded", relay: name)
        outcome.forwards = forwards
        return outcome
    }

    // MARK: One

    private func perform(
        _ action: LocalDelivery.Action, _ delivery: LocalDelivery, _ job: DeliveryJob,
        _ recipient: QueuedRecipient
    ) async -> DeliveryReceipt {
        var final = recipient.recipient
        final.address = delivery.address
        if let keeper, let task = action.kept(for: final) {
            return .one(
                await keeper.deliver(
                    task, job.message.from(delivery.sender), job.content, service: service, relay: name,
                    logger: logger))
        }
        let message = MailboxMessage(
            sender: delivery.sender, recipient: final, content: MailboxContent(job.content, threads),
            namesOriginalRecipient: mailboxes.settings.namesOriginalRecipient)
        switch action {
        case .mailbox(let user):
            return .one(await mailboxes.deliver(message, to: user))
        case .file(let path, let authority):
            return .one(await mailboxes.deliver(message, toFile: path, for: authority))
        case .transport(let route):
            return await hand(
                DeliveryJob(
                    message: job.message.from(delivery.sender), route: route,
                    recipients: [QueuedRecipient(position: recipient.position, recipient: final)],
                    content: job.content))
        case .command(let command, _), .mailboxCommand(let command, _):
            return .one(
                .deferred(
                    EnhancedStatusCode(.persistentTransientFailure, 3, 5),
                    "a server that root has not started runs no commands, for it has no rights but those of "
                        + "\(ServerIdentity.name): \"\(command)\"; let root start it, deliver by mailbox_transport, or to a "
                        + "program that listens for LMTP", relay: name))
        case .discard:
            return .one(.delivered("discarded", relay: name))
        case .fail(let status, let reason):
            return .one(.failed(status, reason, relay: name))
        case .postpone(let status, let reason):
            return .one(.deferred(status, reason, relay: name))
        }
    }

    private func hand(_ job: DeliveryJob) async -> DeliveryReceipt {
        let agent = others[job.route.transport]
        var receipt = await agent.deliver(job)
        // The trouble is the other transport's, and no reason to let other local mail rest.
        receipt.destinationTrouble = nil
        receipt.agent = receipt.agent ?? agent.name
        return receipt
    }
}

extension LocalDelivery.Action {
    /// Whether it is delivery of an address of its own.
    fileprivate var isMailbox: Bool {
        switch self {
        case .mailbox, .transport: true
        case .mailboxCommand, .file, .command, .discard, .fail, .postpone: false
        }
    }
}

extension LocalDelivery.Action {
    /// What the keeper is to do; nil for what needs nobody's rights.
    fileprivate func kept(for recipient: EnvelopeRecipient) -> KeeperRequest.Task? {
        switch self {
        case .mailbox(let user): .userMailbox(user: user.name, recipient)
        case .file("/dev/null", _): nil
        case .file(let path, let authority): .file(path: path, KeptAuthority(authority), recipient)
        case .command(let command, let authority): .command(command, KeptAuthority(authority), recipient)
        case .mailboxCommand(let command, let user):
            .mailboxCommand(command, user: user.name, recipient)
        case .transport, .discard, .fail, .postpone: nil
        }
    }
}

extension DeliveryReceipt {
    static func one(_ outcome: RecipientOutcome) -> Self { Self(outcomes: [outcome]) }
}
