import Foundation
import Logging
import LookupTables
import MailFormat
import MailQueue
import NIOCore
import Peers
import Routing
import ServiceLifecycle

@testable import Delivery

/// Routes every address where the test says.
struct FixedGuide: AddressGuide {
    var routes: @Sendable (MailAddress) throws(LookupFailure) -> Route
    var expansion: @Sendable (MailAddress) throws(LookupFailure) -> [EnvelopeRecipient] = { address in
        [EnvelopeRecipient(address: address, original: address)]
    }

    init(_ routes: @escaping @Sendable (MailAddress) throws(LookupFailure) -> Route) {
        self.routes = routes
    }

    init(_ transport: String, _ nextHop: String) {
        routes = { _ in Route(transport: transport, nextHop: nextHop) }
    }

    func route(for recipient: MailAddress, from sender: ReversePath) async throws(LookupFailure) -> Route {
        try routes(recipient)
    }

    func finalRecipients(of address: MailAddress) async throws(LookupFailure) -> [EnvelopeRecipient] {
        try expansion(address)
    }
}

/// A queue and a deliverer at work, for as long as a test needs them.
final class DeliveryHouse: Sendable {
    let directory: TemporaryDirectory
    let queue: MailQueue
    let log = LogRecorder()
    private let service: ServiceGroup
    private let running: Task<Void, any Error>

    init(
        guide: any AddressGuide, agents: [String: any DeliveryAgent],
        schedule: RetrySchedule = RetrySchedule(),
        runDelay: Duration = .milliseconds(200), directory: TemporaryDirectory? = nil,
        settings: DeliverySettings = DeliverySettings(hostname: "mx.example.test")
    ) throws {
        let directory = try directory ?? TemporaryDirectory("dlv")
        self.directory = directory
        queue = try MailQueue(
            QueueSettings(
                directory: directory.appending("queue/martlet"), schedule: schedule, runDelay: runDelay),
            logger: log.logger("qmgr"))
        let log = log
        let registry = AgentRegistry(agents)
        let deliverer = Deliverer(
            queue: queue, guide: guide, agents: { registry }, settings: settings,
            logger: { log.logger($0) })
        let service = ServiceGroup(
            services: [deliverer], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        self.service = service
        running = Task { try await service.run() }
    }

    func stop() async throws {
        await service.triggerGracefulShutdown()
        try await running.value
        await queue.close()
    }

    @discardableResult
    func send(
        from sender: String, to recipients: [String], further: [EnvelopeRecipient] = [], content: String,
        isEightBit: Bool = false
    ) async throws -> QueueID {
        let draft = queue.begin()
        try await draft.append(ByteBuffer(string: content))
        let envelope = Envelope(
            sender: ReversePath(sender),
            recipients: recipients.map {
                EnvelopeRecipient(address: MailAddress($0), original: MailAddress($0))
            } + further, isEightBit: isEightBit,
            origin: Envelope.Origin(
                clientName: "client.example.test", clientAddress: "127.0.0.1", heloName: "client",
                protocolName: "ESMTP"))
        try await draft.commit(envelope)
        return draft.id
    }
}
