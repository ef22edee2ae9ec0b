import Logging
import MailFormat
import MailQueue
import NIOPosix
import PostfixConfig

/// Hands mail to a command of master.cf: pipe(8).
public final class PipeAgent: DeliveryAgent {
    public let name = "pipe"
    private let service: DeliveryService
    private let specification: Result<PipeSpecification, PipeSpecification.Mistake>
    private let keeper: DeliveryKeeper?
    private let slots = DeliverySlots(100)
    private let logger: Logger

    /// - Parameter logger: label `pipe`.
    public init(_ service: DeliveryService, keeper: DeliveryKeeper?, logger: Logger) {
        self.service = service
        self.keeper = keeper
        self.logger = logger
        specification = Result { () throws(PipeSpecification.Mistake) in
            let specification = try PipeSpecification(service.arguments)
            if let mistake = specification.mistake(service.name, service.configuration) { throw mistake }
            return specification
        }
    }

    public func deliver(_ job: DeliveryJob) async -> DeliveryReceipt {
        switch ready() {
        case .failure(let unready): DeliveryReceipt(unready.outcome, for: job)
        case .success(let (specification, keeper)):
            await slots.perform { await deliver(job, specification, keeper) }
        }
    }

    /// The command alone knows whether it will take a message; that it is there to be asked is all that can be said.
    public func probe(_ probe: DeliveryProbe) async -> DeliveryReceipt {
        switch ready() {
        case .failure(let unready): .one(unready.outcome)
        case .success(let (specification, _)):
            .one(
                .delivered(
                    "delivers to command: \(specification.arguments.first ?? "")", relay: service.name))
        }
    }

    /// What keeps every message from the command.
    private struct Unready: Error {
        let outcome: RecipientOutcome
    }

    private func ready() -> Result<(PipeSpecification, DeliveryKeeper), Unready> {
        switch specification {
        case .failure(let mistake):
            logger.warning(
                "file \(service.configuration.directory)/master.cf: service \(service.name): \(mistake)")
            return .failure(unready("mail system configuration error"))
        case .success(let specification):
            guard let keeper else {
                return .failure(
                    unready(
                        "a server that root has not started cannot run a command as \(specification.user): let root "
                            + "start it, or deliver by LMTP"))
            }
            return .success((specification, keeper))
        }
    }

    private func unready(_ reason: String) -> Unready {
        Unready(
            outcome: .deferred(
                EnhancedStatusCode(.persistentTransientFailure, 3, 5), reason, relay: service.name))
    }

    private func deliver(
        _ job: DeliveryJob, _ specification: PipeSpecification, _ keeper: DeliveryKeeper
    ) async -> DeliveryReceipt {
        if let refusal = await refusal(of: job, specification) {
            return DeliveryReceipt(refusal, for: job)
        }
        let outcome = await keeper.deliver(
            .pipe(nextHop: job.route.nextHop, job.recipients.map(\.recipient)), job.message, job.content,
            service: service.name, relay: service.name, logger: logger)
        return DeliveryReceipt(outcome, for: job)
    }

    private func refusal(
        of job: DeliveryJob, _ specification: PipeSpecification
    ) async -> RecipientOutcome? {
        if specification.sizeLimit > 0, job.message.size > specification.sizeLimit {
            return .failed(
                EnhancedStatusCode(.permanentFailure, 2, 3), "message too large", relay: service.name)
        }
        let addresses = job.recipients.flatMap { [$0.recipient.address, $0.recipient.original] }
        guard !addresses.contains(where: \.hasControlCharacter), !job.message.sender.hasControlCharacter
        else {
            return .failed(
                EnhancedStatusCode(.permanentFailure, 1, 3), "bad address: it holds control characters",
                relay: service.name)
        }
        guard specification.flags.contains(.deliveredTo), let recipient = job.recipients.first else {
            return nil
        }
        do {
            let before = try await DeliveredTo.read(job.content, .singleton)
            guard before.contains(recipient.recipient.address.folded.quoted) else { return nil }
            return .failed(
                EnhancedStatusCode(.permanentFailure, 4, 6),
                "mail forwarding loop for \(recipient.recipient.address.text)", relay: service.name)
        } catch {
            logger.warning("\(error)")
            return .deferred(
                EnhancedStatusCode(.persistentTransientFailure, 3, 0), "queue file read error",
                relay: service.name)
        }
    }
}
