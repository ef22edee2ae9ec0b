import LookupTables
import MailFormat
import MailQueue
import Routing

/// Sends probes: an address goes the way that a message's recipient goes, up to the agent, which is only asked.
///
/// Aliases are expanded as for a message. An address that leads to several is good without a question, as in Postfix:
/// what becomes of each of them is not the sender's business.
public struct AddressProber: Sendable {
    private let routers: @Sendable () -> Routers
    private let agents: @Sendable () -> AgentRegistry
    private let gates: DestinationGates
    private let log: DeliveryLog
    private let id: @Sendable () -> QueueID

    public struct Routers: Sendable {
        /// Rewriting and aliases.
        public let messages: Router
        /// Transports and next hops of probes: ``PostfixConfig/Configuration/forProbes()``.
        public let probes: Router

        public init(messages: Router, probes: Router) {
            self.messages = messages
            self.probes = probes
        }
    }

    /// - Parameters:
    ///   - routers: asked for each probe, as are the agents, so that a configuration that was read again counts at once.
    ///   - id: makes the names that probes have in the log.
    public init(
        routers: @escaping @Sendable () -> Routers, agents: @escaping @Sendable () -> AgentRegistry,
        settings: DeliverySettings, log: DeliveryLog, id: @escaping @Sendable () -> QueueID
    ) {
        self.routers = routers
        self.agents = agents
        self.log = log
        self.id = id
        gates = DestinationGates(settings)
    }

    /// - Parameter remembersFailures: `address_verify_negative_cache`, for the log.
    public func probe(
        _ address: MailAddress, from sender: ReversePath, remembersFailures: Bool = true
    ) async -> ProbeResult {
        let routers = routers()
        let line = DeliveryLog.ProbeLine(
            id: id(), original: address, started: .now, remembersFailures: remembersFailures)
        let recipients: [EnvelopeRecipient]
        switch await expansion(of: address, routers.messages) {
        case .success(let found): recipients = found
        case .failure(let result):
            log.warning("\(line.id): cannot probe <\(address.text)>: \(result.cause ?? result.words)")
            return ProbeResult(result.status, result.words, isRemembered: false)
        }
        guard recipients.count == 1, let recipient = recipients.first else {
            let outcome = RecipientOutcome.delivered("aliased to multiple recipients", relay: "none")
            log.probed(line, address, outcome, agent: "cleanup", setUp: .zero)
            return ProbeResult(.deliverable, outcome.reason)
        }
        let route: Route
        do throws(LookupFailure) {
            route = try await routers.probes.route(for: recipient.address, from: sender)
        } catch {
            log.warning("\(line.id): cannot route <\(recipient.address.text)>: \(error)")
            return ProbeResult(.deferred, "address resolver failure", isRemembered: false)
        }
        let agent = agents()[route.transport]
        let receipt = await ask(agent, DeliveryProbe(route: route, sender: sender, recipient: recipient))
        guard let outcome = receipt.outcomes.first else {
            return ProbeResult(.deferred, "\(agent.name) gave no answer", isRemembered: false)
        }
        if Task.isCancelled, outcome.fate == .deferred {
            return ProbeResult(.deferred, outcome.reason, isRemembered: false)
        }
        log.probed(
            line, recipient.address, outcome, agent: receipt.agent ?? agent.name, setUp: receipt.setUp)
        return ProbeResult(outcome)
    }

    /// Sends away whoever waits for a turn: the server stops.
    public func close() { gates.close() }

    private struct Obstacle: Error {
        let status: ProbeResult.Status
        let words: String
        let cause: String?
    }

    /// Who would get a message for the address, without the copies that the operator ordered.
    private func expansion(
        of address: MailAddress, _ router: Router
    ) async -> Result<[EnvelopeRecipient], Obstacle> {
        let trail = router.trail()
        defer { trail?.correct() }
        do throws(LookupFailure) {
            let destination = try await router.destination(of: address, trail: trail)
            switch await router.expansion(of: address, at: destination, trail: trail) {
            case .accepted(let recipients):
                trail?.keep()
                return .success(recipients.filter(\.isReported))
            case .rejected(let reply):
                return .failure(
                    Obstacle(
                        status: reply.isPermanent ? .undeliverable : .deferred, words: reply.text, cause: nil)
                )
            case .deferred(let reply, let cause):
                return .failure(Obstacle(status: .deferred, words: reply.text, cause: cause))
            }
        } catch {
            return .failure(
                Obstacle(
                    status: .deferred, words: "alias database unavailable", cause: error.description))
        }
    }

    /// Asks when the destination has a turn; one that could not be reached lately is left alone, as by messages.
    private func ask(_ agent: any DeliveryAgent, _ probe: DeliveryProbe) async -> DeliveryReceipt {
        var gate = probe.route
        if agent.servesRecipientsApart { gate.nextHop = probe.recipient.address.folded.text }
        switch await gates.enter(gate) {
        case .closed:
            return .one(
                .deferred(
                    EnhancedStatusCode(.persistentTransientFailure, 3, 2), "the server is stopping"))
        case .resting(let trouble):
            return .one(
                .deferred(trouble.status, "delivery temporarily suspended: \(trouble.reason)"))
        case .go:
            let receipt = await agent.probe(probe)
            gates.leave(gate, trouble: receipt.destinationTrouble)
            return receipt
        }
    }
}

extension ProbeResult {
    fileprivate init(_ outcome: RecipientOutcome) {
        let status: Status =
            switch outcome.fate {
            case .delivered: .deliverable
            case .deferred: .deferred
            case .failed: .undeliverable
            }
        self.init(status, outcome.reason)
    }
}
