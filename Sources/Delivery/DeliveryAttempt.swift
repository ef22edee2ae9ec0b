import LookupTables
import MailFormat
import MailQueue
import Routing

/// One attempt at a message: for each of its recipients, until the queue knows what came of it.
struct DeliveryAttempt: Sendable {
    let queue: MailQueue
    let guide: any AddressGuide
    let agents: @Sendable () -> AgentRegistry
    let gates: DestinationGates
    let settings: DeliverySettings
    let bounces: BounceComposer
    let log: DeliveryLog

    private struct Result {
        let recipient: QueuedRecipient
        var outcome: RecipientOutcome
        /// What the recipient has become.
        var forwards: [PreparedMessage] = []
    }

    func run(_ message: QueuedMessage) async {
        log.active(message)
        guard let results = await results(message) else { return }
        await settle(message, results)
    }

    // MARK: Delivering

    /// Nil where the server stops before every recipient had its turn and none was reached.
    private func results(_ message: QueuedMessage) async -> [Result]? {
        var (jobs, results) = await jobs(message)
        if jobs.count == 1 {
            results.append(contentsOf: await deliver(message, jobs[0].route, jobs[0].recipients))
        } else {
            await withTaskGroup(of: [Result].self) { group in
                for job in jobs { group.addTask { await deliver(message, job.route, job.recipients) } }
                for await found in group { results.append(contentsOf: found) }
            }
        }
        // Recipients without a result stay as they are; a message that nobody got is left alone altogether.
        return results.isEmpty && !message.recipients.isEmpty ? nil : results
    }

    /// The recipients by route, in bites that the transport takes; those that cannot be routed have their result.
    private func jobs(
        _ message: QueuedMessage
    ) async -> (jobs: [(route: Route, recipients: [QueuedRecipient])], unrouted: [Result]) {
        var byRoute: [Route: [QueuedRecipient]] = [:]
        var order: [Route] = []
        var unrouted: [Result] = []
        for (recipient, answer) in await routes(message) {
            switch answer {
            case .success(let route):
                if byRoute[route] == nil { order.append(route) }
                byRoute[route, default: []].append(recipient)
            case .failure(let failure):
                log.warning("\(message.id): cannot route <\(recipient.recipient.address.text)>: \(failure)")
                let outcome = RecipientOutcome.deferred(
                    EnhancedStatusCode(.persistentTransientFailure, 3, 0), "address resolver failure")
                record(outcome, of: recipient, in: message, agent: "error", started: .now)
                unrouted.append(Result(recipient: recipient, outcome: outcome))
            }
        }
        var jobs: [(route: Route, recipients: [QueuedRecipient])] = []
        for route in order {
            var rest = (byRoute[route] ?? [])[...]
            let limit = settings.recipientLimit(route.transport)
            while !rest.isEmpty {
                let bite = limit > 0 ? rest.prefix(limit) : rest
                jobs.append((route, Array(bite)))
                rest = rest.dropFirst(bite.count)
            }
        }
        return (jobs, unrouted)
    }

    private typealias Routed = (recipient: QueuedRecipient, route: Swift.Result<Route, LookupFailure>)

    /// Asks for all at once, so that their lookups travel together.
    private func routes(_ message: QueuedMessage) async -> [Routed] {
        let (recipients, sender) = (message.recipients, message.sender)
        if recipients.count == 1 { return [await route(recipients[0], from: sender)] }
        return await withTaskGroup(of: (Int, Routed).self) { group in
            for (index, recipient) in recipients.enumerated() {
                group.addTask { (index, await route(recipient, from: sender)) }
            }
            var routed: [Routed?] = Array(repeating: nil, count: recipients.count)
            for await (index, result) in group { routed[index] = result }
            return routed.compactMap { $0 }
        }
    }

    private func route(_ recipient: QueuedRecipient, from sender: ReversePath) async -> Routed {
        do throws(LookupFailure) {
            return (
                recipient, .success(try await guide.route(for: recipient.recipient.address, from: sender))
            )
        } catch {
            return (recipient, .failure(error))
        }
    }

    private func deliver(
        _ message: QueuedMessage, _ route: Route, _ recipients: [QueuedRecipient]
    ) async -> [Result] {
        let agent = agents()[route.transport]
        var gate = route
        if agent.servesRecipientsApart, let recipient = recipients.first {
            gate.nextHop = recipient.recipient.address.folded.text
        }
        let pass = await gates.enter(gate)
        let started = Timestamp.now
        switch pass {
        case .closed:
            return []
        case .resting(let trouble):
            let outcome = RecipientOutcome.deferred(
                trouble.status, "delivery temporarily suspended: \(trouble.reason)")
            for recipient in recipients {
                record(outcome, of: recipient, in: message, agent: "error", started: started)
            }
            return recipients.map { Result(recipient: $0, outcome: outcome) }
        case .go:
            break
        }
        let receipt = await receipt(message, route, recipients, agent)
        gates.leave(gate, trouble: receipt.destinationTrouble)
        // An interrupted delivery says nothing about the recipient.
        if Task.isCancelled, receipt.outcomes.allSatisfy({ $0.fate == .deferred }) { return [] }
        var results: [Result] = []
        for (recipient, outcome) in zip(recipients, receipt.outcomes) {
            let result = await forwarded(Result(recipient: recipient, outcome: outcome), message)
            record(
                result.outcome, of: recipient, in: message, agent: receipt.agent ?? agent.name,
                started: started, setUp: receipt.setUp)
            results.append(result)
        }
        return results
    }

    /// Makes the messages that a recipient has become, unless it is tried again as a whole.
    private func forwarded(_ result: Result, _ message: QueuedMessage) async -> Result {
        guard !result.outcome.forwards.isEmpty, result.outcome.fate != .deferred else { return result }
        var result = result
        do throws(QueueFailure) {
            for forward in result.outcome.forwards {
                result.forwards.append(
                    try await queue.prepareForward(
                        of: message,
                        Envelope(
                            sender: forward.sender, recipients: forward.recipients,
                            isEightBit: message.isEightBit, origin: message.origin)
                    ) { id, arrived in
                        settings.forwardHeader(forward, id: id, arrived: arrived)
                    })
            }
        } catch {
            log.warning("\(message.id): unable to forward message: \(error)")
            discard(result)
            result.forwards = []
            result.outcome = .deferred(
                EnhancedStatusCode(.persistentTransientFailure, 3, 0), "unable to forward message",
                relay: result.outcome.relay)
            return result
        }
        if result.outcome.fate == .delivered {
            result.outcome.reason =
                "forwarded as " + result.forwards.map(\.id.description).joined(separator: ", ")
        }
        return result
    }

    private func discard(_ result: Result) {
        for forward in result.forwards { queue.discard(forward) }
    }

    private func receipt(
        _ message: QueuedMessage, _ route: Route, _ recipients: [QueuedRecipient], _ agent: any DeliveryAgent
    ) async -> DeliveryReceipt {
        let content: MessageContent
        do throws(QueueFailure) {
            content = try await queue.content(of: message)
        } catch  where error.cause == .contentLost {
            log.warning("\(message.id): queue file read error: \(error)")
            let outcome = RecipientOutcome.failed(
                EnhancedStatusCode(.permanentFailure, 3, 0), "the message's content is lost")
            return DeliveryReceipt(outcomes: recipients.map { _ in outcome })
        } catch {
            log.warning("\(message.id): queue file read error: \(error)")
            let outcome = RecipientOutcome.deferred(
                EnhancedStatusCode(.persistentTransientFailure, 3, 0), "queue file read error")
            return DeliveryReceipt(outcomes: recipients.map { _ in outcome })
        }
        return await agent.deliver(
            DeliveryJob(message: message, route: route, recipients: recipients, content: content))
    }

    private func record(
        _ outcome: RecipientOutcome, of recipient: QueuedRecipient, in message: QueuedMessage, agent: String,
        started: Timestamp, setUp: Duration = .zero
    ) {
        log.outcome(
            outcome, of: recipient, in: message, agent: agent,
            times: DeliveryTimes(
                arrived: message.arrived, activated: message.activated, started: started, setUp: setUp,
                ended: .now))
    }

    // MARK: Settling

    private func settle(_ message: QueuedMessage, _ results: [Result]) async {
        let isExpired = results.contains { $0.outcome.fate == .deferred } && queue.isExpired(message)
        if isExpired { log.expired(message) }
        var settlement = Settlement(message: message)
        var failed: [Result] = []
        for result in results {
            switch result.outcome.fate {
            case .delivered:
                settlement.finished.append(result.recipient.position)
                settlement.forwards += result.forwards
            case .failed:
                failed.append(result)
            case .deferred where isExpired:
                failed.append(result)
            case .deferred:
                settlement.wait(result.recipient, result.outcome.status, result.outcome.reason)
            }
        }
        if !failed.isEmpty { await settleFailed(failed, &settlement) }
        if case .removed = await queue.settle(settlement) { log.removed(message) }
    }

    /// The failed recipients are done once their report is in the queue, and not before.
    private func settleFailed(_ failed: [Result], _ settlement: inout Settlement) async {
        let message = settlement.message
        // Nobody hears of a copy that the operator ordered.
        for unreported in failed where !unreported.recipient.recipient.isReported {
            settlement.finished.append(unreported.recipient.position)
            settlement.forwards += unreported.forwards
        }
        let failed = failed.filter { $0.recipient.recipient.isReported }
        guard !failed.isEmpty else { return }
        switch await bounces.report(message, failed: failed.map { ($0.recipient, $0.outcome) }) {
        case .ready(let report):
            settlement.report = report
            settlement.finished.append(contentsOf: failed.map(\.recipient.position))
            settlement.forwards += failed.flatMap(\.forwards)
            log.reported(message, as: report.id)
        case .none:
            settlement.finished.append(contentsOf: failed.map(\.recipient.position))
            settlement.forwards += failed.flatMap(\.forwards)
        case .later(let reason):
            log.warning("\(message.id): cannot make the delivery report now: \(reason)")
            for result in failed {
                discard(result)
                settlement.wait(
                    result.recipient, EnhancedStatusCode(.persistentTransientFailure, 3, 0),
                    "the delivery report could not be made; the recipient had failed: \(result.outcome.reason)"
                )
            }
        }
    }
}

extension Settlement {
    fileprivate mutating func wait(
        _ recipient: QueuedRecipient, _ status: EnhancedStatusCode, _ reason: String
    ) {
        deferred.append((recipient.position, Deferral(status: status, reason: reason)))
    }
}
