import MailFormat
import MailQueue
import NIOCore
import NIOPosix
import Routing
import SMTPWire

/// Hands mail to an LMTP server such as Dovecot: lmtp(8), RFC 2033.
public final class LMTPAgent: DeliveryAgent {
    public let name = "lmtp"
    private let settings: LMTPSettings
    private let connector: LMTPConnector
    private let cache: ConnectionCache
    private let group: any EventLoopGroup
    private let threads: NIOThreadPool

    /// - Parameter threads: where large content is read; the caller's, running.
    public init(
        _ settings: LMTPSettings, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        threads: NIOThreadPool = .singleton
    ) {
        self.settings = settings
        self.group = group
        self.threads = threads
        connector = LMTPConnector(settings: settings)
        cache = ConnectionCache(settings)
    }

    public func shutdown() async { cache.close() }

    public func deliver(_ job: DeliveryJob) async -> DeliveryReceipt {
        let content: ClientContent
        switch job.content {
        case .memory(let buffer): content = .memory(buffer)
        case .file(let path, let size):
            let pieces = FilePieces(path: path, size: size, threads: threads)
            content = .pieces { pieces.next($0) }
        }
        return await carry(
            ClientTransaction(
                sender: job.message.sender, recipients: job.recipients.map(\.recipient.address),
                size: job.content.size, isEightBit: job.message.isEightBit), content, by: job.route)
    }

    /// MAIL, RCPT, RSET; with `lmtp_address_verify_target = data` MAIL, RCPT, DATA, and the end of the connection.
    public func probe(_ probe: DeliveryProbe) async -> DeliveryReceipt {
        var transaction = ClientTransaction(
            sender: probe.sender, recipients: [probe.recipient.address], size: 0, isEightBit: false)
        transaction.goal = settings.probesData ? .data : .recipients
        return await carry(transaction, .memory(ByteBuffer()), by: probe.route)
    }

    private func carry(
        _ transaction: ClientTransaction, _ content: ClientContent, by route: Route
    ) async -> DeliveryReceipt {
        func same(_ outcome: RecipientOutcome) -> [RecipientOutcome] {
            transaction.recipients.map { _ in outcome }
        }
        guard let destination = LMTPDestination(route.nextHop, defaultPort: settings.port) else {
            return DeliveryReceipt(
                outcomes: same(
                    .deferred(
                        EnhancedStatusCode(.persistentTransientFailure, 3, 5),
                        "bad destination \"\(route.nextHop)\" for transport \(route.transport): expected "
                            + "unix:path, inet:host:port or host:port")))
        }
        if let connection = cache.take(destination, near: MultiThreadedEventLoopGroup.currentEventLoop) {
            let outcome = await send(transaction, content, over: connection, destination)
            // An idle connection that the server had closed: nothing has been said, so nothing is repeated.
            guard outcome.failure != nil, outcome.wasStale else {
                return receipt(outcome, transaction, connection, setUp: .zero)
            }
        }
        let start = ContinuousClock.now
        let connection: LMTPConnection
        do {
            connection = try await connector.connect(
                destination, on: MultiThreadedEventLoopGroup.currentEventLoop ?? group.any())
        } catch {
            let outcome = RecipientOutcome.deferred(
                error.status, error.reason, relay: error.relay, remote: error.remote)
            return DeliveryReceipt(
                outcomes: same(outcome),
                destinationTrouble: Deferral(status: error.status, reason: error.reason), setUp: .now - start)
        }
        let setUp = ContinuousClock.now - start
        let outcome = await send(transaction, content, over: connection, destination)
        return receipt(outcome, transaction, connection, setUp: setUp)
    }

    private func send(
        _ transaction: ClientTransaction, _ content: ClientContent, over connection: LMTPConnection,
        _ destination: LMTPDestination
    ) async -> ClientOutcome {
        let outcome = await withTaskCancellationHandler {
            await connection.client.send(transaction, content: content)
        } onCancel: {
            connection.client.abort()
        }
        if transaction.goal == .data {
            // Where DATA was answered with 354, what the server expects now will not come.
            connection.client.abort()
        } else if outcome.failure == nil {
            var used = connection
            used.uses += 1
            cache.give(used, destination, on: group.any())
        }
        return outcome
    }

    private func receipt(
        _ outcome: ClientOutcome, _ transaction: ClientTransaction, _ connection: LMTPConnection,
        setUp: Duration
    ) -> DeliveryReceipt {
        let words = outcome.failure.map { FailureWords($0, relay: connection.peer, host: connection.host) }
        let outcomes = transaction.recipients.indices.map { index in
            if index < outcome.results.count, let result = outcome.results[index] {
                return recipientOutcome(result, connection)
            }
            return RecipientOutcome.deferred(
                words?.status ?? EnhancedStatusCode(.persistentTransientFailure, 0, 0),
                words?.reason ?? "\(connection.relay) gave no answer for this recipient",
                relay: connection.relay, remote: words?.remote)
        }
        return DeliveryReceipt(outcomes: outcomes, setUp: setUp)
    }

    private func recipientOutcome(_ result: ClientResult, _ connection: LMTPConnection) -> RecipientOutcome {
        let reply = result.reply
        if reply.isPositive {
            return .delivered(
                reply.quotation, status: reply.status ?? EnhancedStatusCode(.success, 0, 0),
                relay: connection.relay)
        }
        guard let command = result.command else {
            // Our own refusal: the server was not asked.
            return .failed(
                reply.status ?? EnhancedStatusCode(.permanentFailure, 1, 3),
                reply.lines.joined(separator: " "))
        }
        let reason = "host \(connection.peer) said: \(reply.quotation) (in reply to \(command) command)"
        let remote = RecipientOutcome.Remote(host: connection.host, reply: reply.quotation)
        if reply.isPermanent {
            return .failed(
                reply.status ?? EnhancedStatusCode(.permanentFailure, 0, 0), reason, relay: connection.relay,
                remote: remote)
        }
        return .deferred(
            reply.status ?? EnhancedStatusCode(.persistentTransientFailure, 0, 0), reason,
            relay: connection.relay, remote: remote)
    }
}
