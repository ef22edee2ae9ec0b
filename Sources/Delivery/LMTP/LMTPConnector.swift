import Foundation
import MailFormat
import NIOCore
import NIOPosix
import SMTPWire
import Synchronization

/// Opens connections to LMTP servers, up to the answer to LHLO.
struct LMTPConnector: Sendable {
    let settings: LMTPSettings

    /// Why there is no connection: what the log says, and what is counted against the destination.
    struct Failure: Error {
        let status: EnhancedStatusCode
        let reason: String
        let relay: String
        let remote: RecipientOutcome.Remote?
    }

    /// Gives up where the task is cancelled, as one that was lost.
    func connect(
        _ destination: LMTPDestination, on loop: any EventLoop
    ) async throws(Failure) -> LMTPConnection {
        let attempt = ConnectionAttempt()
        let opening: Result<(LMTPConnection, ClientOutcome?), Failure> = await withTaskCancellationHandler {
            do throws(Failure) {
                let (connection, opened) = try await open(destination, on: loop, attempt)
                return .success((connection, try? await opened.get()))
            } catch {
                return .failure(error)
            }
        } onCancel: {
            attempt.cancel()
        }
        let (connection, outcome) = try opening.get()
        guard let failure = outcome?.failure else { return connection }
        let words = FailureWords(failure, relay: connection.peer, host: connection.host)
        throw Failure(
            status: words.status, reason: words.reason, relay: connection.relay, remote: words.remote)
    }

    private func open(
        _ destination: LMTPDestination, on loop: any EventLoop, _ attempt: ConnectionAttempt
    ) async throws(Failure) -> (LMTPConnection, EventLoopFuture<ClientOutcome>) {
        let settings = settings
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(
                settings.connectTimeout == .zero ? .hours(1) : TimeAmount(settings.connectTimeout)
            )
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
        let install:
            @Sendable (any Channel) -> EventLoopFuture<(ClientConnection, EventLoopFuture<ClientOutcome>)> = {
                channel in
                channel.eventLoop.makeCompletedFuture {
                    try attempt.add(channel)
                    return try ClientConnection.install(
                        on: channel, .lmtp, heloName: settings.heloName, limits: settings.limits)
                }
            }
        do {
            let (client, opened): (ClientConnection, EventLoopFuture<ClientOutcome>)
            switch destination {
            case .unix(let path):
                (client, opened) = try await ClientBootstrap(group: loop)
                    .connectTimeout(
                        settings.connectTimeout == .zero ? .hours(1) : TimeAmount(settings.connectTimeout)
                    )
                    .connect(unixDomainSocketPath: absolute(path), channelInitializer: install)
            case .inet(let host, let port):
                (client, opened) = try await bootstrap.connect(
                    host: host, port: port, channelInitializer: install)
            }
            let (relay, peer, host) = names(destination, client.remoteAddress)
            return (
                LMTPConnection(client: client, relay: relay, peer: peer, host: host, opened: .now), opened
            )
        } catch {
            throw Failure(
                status: EnhancedStatusCode(.persistentTransientFailure, 4, 1),
                reason: words(error, destination), relay: "none", remote: nil)
        }
    }

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(settings.socketDirectory)/\(path)"
    }

    private func names(_ destination: LMTPDestination, _ address: SocketAddress?) -> (
        relay: String, peer: String, host: String
    ) {
        switch destination {
        case .unix(let path):
            ("\(settings.hostname)[\(path)]", "\(settings.hostname)[\(path)]", settings.hostname)
        case .inet(let host, let port):
            (
                "\(host)[\(address?.ipAddress ?? host)]:\(port)", "\(host)[\(address?.ipAddress ?? host)]",
                host
            )
        }
    }

    /// `connect to mx.example.org[private/dovecot-lmtp]: Connection refused`
    private func words(_ error: any Error, _ destination: LMTPDestination) -> String {
        switch error {
        case let error as NIOConnectionError:
            if error.connectionErrors.isEmpty {
                return "Host or domain name not found. Name service error for name=\(error.host) type=A: "
                    + "\(error.dnsAError.map { "\($0)" } ?? "Host not found")"
            }
            let single = error.connectionErrors[error.connectionErrors.count - 1]
            return "connect to \(error.host)[\(single.target.ipAddress ?? error.host)]:\(error.port): "
                + Self.systemWords(single.error)
        default:
            return "connect to \(names(destination, nil).relay): \(Self.systemWords(error))"
        }
    }

    private static func systemWords(_ error: any Error) -> String {
        switch error {
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case ChannelError.connectTimeout: "Connection timed out"
        default: "\(error)"
        }
    }
}

/// The channels of a connection that is being opened, one for each address that is tried, until the server has greeted.
private final class ConnectionAttempt: Sendable {
    private struct State {
        var channels: [any Channel] = []
        var isCancelled = false
    }

    private let state = Mutex(State())

    /// Throws where the attempt is over.
    func add(_ channel: any Channel) throws {
        try state.withLock { state in
            if state.isCancelled { throw CancellationError() }
            state.channels.append(channel)
        }
    }

    func cancel() {
        let channels = state.withLock { state in
            state.isCancelled = true
            return state.channels
        }
        for channel in channels { channel.close(promise: nil) }
    }
}

/// A dialogue's failure in the words that Postfix's log has for it.
struct FailureWords {
    let status: EnhancedStatusCode
    let reason: String
    let remote: RecipientOutcome.Remote?

    init(_ failure: ClientFailure, relay: String, host: String) {
        switch failure {
        case .lost(let stage):
            status = EnhancedStatusCode(.persistentTransientFailure, 4, 2)
            reason = "lost connection with \(relay) while \(stage.activity)"
            remote = nil
        case .timedOut(let stage):
            status = EnhancedStatusCode(.persistentTransientFailure, 4, 2)
            reason = "conversation with \(relay) timed out while \(stage.activity)"
            remote = nil
        case .refused(let reply, let stage):
            status = EnhancedStatusCode(
                .persistentTransientFailure, reply.status?.subject ?? 0, reply.status?.detail ?? 0)
            reason =
                stage == .greeting || stage == .hello
                ? "host \(relay) refused to talk to me: \(reply.quotation)"
                : "host \(relay) said: \(reply.quotation) (while \(stage.activity))"
            remote = RecipientOutcome.Remote(host: host, reply: reply.quotation)
        case .garbage(let line, let stage):
            status = EnhancedStatusCode(.persistentTransientFailure, 5, 0)
            reason = "host \(relay) sent something that is no reply while \(stage.activity): \(line)"
            remote = nil
        case .content(let words):
            status = EnhancedStatusCode(.persistentTransientFailure, 3, 0)
            reason = "queue file read error: \(words)"
            remote = nil
        }
    }
}
