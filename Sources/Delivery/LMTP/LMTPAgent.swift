import MailFormat
import MailQueue
import NIOCore
import NIOPosix
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
        guard let destination = LMTPDestination(job.route.nextHop, defaultPort: settings.port) else {
            return DeliveryReceipt(
                .deferred(
                    EnhancedStatusCode(.persistentTransientFailure, 3, 5),
                    "bad destination \"\(job.route.nextHop)\" for transport \(job.route.transport): expected "
                        + "unix:path, inet:host:port or host:port"), for: job)
        }
        if let connection = cache.take(destination, near: MultiThreadedEventLoopGroup.currentEventLoop) {
            let outcome = await send(job, over: connection, destination)
            // An idle connection that the server had closed: nothing has been said, so nothing is repeated.
            guard outcome.failure != nil, outcome.wasStale else {
                return receipt(outcome, job, connection, setUp: .zero)
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
                outcome, for: job, destinationTrouble: Deferral(status: error.status, reason: error.reason),
                setUp: .now - start)
        }
        let setUp = ContinuousClock.now - start
        return receipt(await send(job, over: connection, destination), job, connection, setUp: setUp)
    }

    private func send(
        _ job: DeliveryJob, over connection: LMTPConnection, _ destination: LMTPDestination
    ) async -> ClientOutcome {
        let transaction = ClientTransaction(
            sender: job.message.sender, recipients: job.recipients.map(\.recipient.address),
            size: job.content.size, isEightBit: job.message.isEightBit)
        let content: ClientContent
        switch job.content {
        case .memory(let buffer): content = .memory(buffer)
        case .file(let path, let size):
            let pieces = FilePieces(path: path, size: size, threads: threads)
            content = .pieces { pieces.next($0) }
        }
        let outcome = await withTaskCancellationHandler {
            await connection.client.send(transaction, content: content)
        } onCancel: {
            connection.client.abort()
        }
        if outcome.failure == nil {
            var used = connection
            used.uses += 1
            cache.give(used, destination, on: group.any())
        }
        return outcome
    }

    private func receipt(
        _ outcome: ClientOutcome, _ job: DeliveryJob, _ connection: LMTPConnection, setUp: Duration
    ) -> DeliveryReceipt {
        let words = outcome.failure.map { FailureWords($0, relay: connection.relay, host: connection.host) }
        let outcomes = job.recipients.indices.map { index in
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
                reply.text, status: reply.status ?? EnhancedStatusCode(.success, 0, 0),
                relay: connection.relay)
        }
        guard let command = result.command else {
            // Our own refusal: the server was not asked.
            return .failed(
                reply.status ?? EnhancedStatusCode(.permanentFailure, 1, 3),
                reply.lines.joined(separator: " "))
        }
        let reason = "host \(connection.relay) said: \(reply.text) (in reply to \(command) command)"
        let remote = RecipientOutcome.Remote(host: connection.host, reply: reply.text)
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
