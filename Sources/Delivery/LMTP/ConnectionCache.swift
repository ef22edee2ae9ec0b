import NIOCore
import SMTPWire
import Synchronization

/// A connection with what the log says about its other end.
struct LMTPConnection: Sendable {
    let client: ClientConnection
    /// `mx.example.org[private/dovecot-lmtp]`, `localhost[127.0.0.1]:24`
    let relay: String
    /// The same without the port, as what the server has said is quoted: `host localhost[127.0.0.1] said: …`
    let peer: String
    /// The host's name, for `Remote-MTA:`.
    let host: String
    let opened: ContinuousClock.Instant
    var uses = 0
}

/// Connections that are open and idle. Those used last go out first, so that the rest may time out.
final class ConnectionCache: Sendable {
    private struct Idle {
        let connection: LMTPConnection
        let since: ContinuousClock.Instant
    }

    private struct State {
        var idle: [LMTPDestination: [Idle]] = [:]
        var isSweeping = false
        var isClosed = false
    }

    private let settings: LMTPSettings
    private let state = Mutex(State())

    init(_ settings: LMTPSettings) {
        self.settings = settings
    }

    /// - Parameter loop: where the delivery runs; a connection on the same loop needs no other thread.
    func take(_ destination: LMTPDestination, near loop: (any EventLoop)?) -> LMTPConnection? {
        state.withLock { state in
            guard var idle = state.idle.removeValue(forKey: destination) else { return nil }
            defer { if !idle.isEmpty { state.idle[destination] = idle } }
            while !idle.isEmpty {
                let near = idle.lastIndex { $0.connection.client.eventLoop === loop }
                let taken = idle.remove(at: near ?? idle.endIndex - 1)
                if taken.connection.client.isActive { return taken.connection }
            }
            return nil
        }
    }

    /// Keeps a connection for the next message, or takes leave where it has served long enough.
    func give(_ connection: LMTPConnection, _ destination: LMTPDestination, on loop: any EventLoop) {
        let now = ContinuousClock.now
        let isWornOut =
            !settings.keepsConnections || now - connection.opened >= settings.reuseTime
            || (settings.reuseCount > 0 && connection.uses >= settings.reuseCount)
        let (isKept, mustSweep) = state.withLock { state in
            if isWornOut || state.isClosed { return (false, false) }
            state.idle[destination, default: []].append(Idle(connection: connection, since: now))
            let mustSweep = !state.isSweeping
            state.isSweeping = true
            return (true, mustSweep)
        }
        if !isKept { connection.client.quit() }
        if mustSweep { scheduleSweep(on: loop) }
    }

    func close() {
        let all = state.withLock { state in
            state.isClosed = true
            defer { state.idle = [:] }
            return state.idle.values.flatMap { $0 }
        }
        for idle in all { idle.connection.client.quit() }
    }

    private func scheduleSweep(on loop: any EventLoop) {
        loop.scheduleTask(in: TimeAmount(settings.idleTime)) { self.sweep(on: loop) }
    }

    private func sweep(on loop: any EventLoop) {
        let limit = ContinuousClock.now - settings.idleTime
        let (old, isEmpty): ([Idle], Bool) = state.withLock { state in
            var old: [Idle] = []
            for destination in Array(state.idle.keys) {
                guard var idle = state.idle.removeValue(forKey: destination) else { continue }
                let count = idle.prefix { $0.since <= limit }.count
                old.append(contentsOf: idle.prefix(count))
                idle.removeFirst(count)
                if !idle.isEmpty { state.idle[destination] = idle }
            }
            state.isSweeping = !state.idle.isEmpty
            return (old, state.idle.isEmpty)
        }
        for idle in old { idle.connection.client.quit() }
        if !isEmpty { scheduleSweep(on: loop) }
    }
}
