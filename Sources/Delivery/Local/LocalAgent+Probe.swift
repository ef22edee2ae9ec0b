import LookupTables
import MailFormat
import MailQueue
import Routing
import Synchronization

extension LocalAgent {
    /// Says what would be done with a message. An alias, a list or a user's own forwarding is good as it stands, as in
    /// local(8): what it leads to is not asked.
    public func probe(_ probe: DeliveryProbe) async -> DeliveryReceipt {
        let address = probe.recipient.address
        guard !address.hasControlCharacter else {
            return .one(
                .failed(
                    EnhancedStatusCode(.permanentFailure, 1, 3), "bad address: it holds control characters",
                    relay: name))
        }
        let witness = ExpansionWitness()
        let deliveries: [LocalDelivery]
        do throws(LookupFailure) {
            deliveries = try await router().localDeliveries(
                of: address, over: probe.route.transport, from: probe.sender, files: files, observer: witness)
        } catch {
            logger.warning("\(error)")
            return .one(
                .deferred(
                    EnhancedStatusCode(.persistentTransientFailure, 3, 0), "table lookup failure", relay: name
                )
            )
        }
        if let targets = witness.targets {
            return .one(
                .delivered(
                    "aliased to \(targets.prefix(10).map(\.text).joined(separator: ", "))", relay: name))
        }
        guard let delivery = deliveries.first, let action = delivery.action else {
            return .one(.delivered("forwarded", relay: name))
        }
        return await outcome(of: action, probe)
    }

    private func outcome(of action: LocalDelivery.Action, _ probe: DeliveryProbe) async -> DeliveryReceipt {
        switch action {
        case .mailbox: return .one(.delivered("delivers to mailbox", relay: name))
        case .file(let path, _): return .one(.delivered("delivers to file: \(path)", relay: name))
        case .command(let command, _), .mailboxCommand(let command, _):
            return .one(.delivered("delivers to command: \(command)", relay: name))
        case .discard: return .one(.delivered("discarded", relay: name))
        case .fail(let status, let reason): return .one(.failed(status, reason, relay: name))
        case .postpone(let status, let reason): return .one(.deferred(status, reason, relay: name))
        case .transport(let route):
            let agent = others[route.transport]
            var receipt = await agent.probe(
                DeliveryProbe(route: route, sender: probe.sender, recipient: probe.recipient))
            receipt.destinationTrouble = nil
            receipt.agent = receipt.agent ?? agent.name
            return receipt
        }
    }
}

/// Remembers what the first alias on the way has led to.
private final class ExpansionWitness: RoutingObserver {
    private let first = Mutex<[MailAddress]?>(nil)

    var targets: [MailAddress]? { first.withLock { $0 } }

    func observed(_ step: RoutingStep) {
        guard case .expanded(_, _, let targets) = step else { return }
        first.withLock { $0 = $0 ?? targets }
    }
}
