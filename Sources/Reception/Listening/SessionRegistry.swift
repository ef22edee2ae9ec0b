import NIOCore
import Synchronization

/// The connections that are open, so that they can be told when the server stops.
final class SessionRegistry: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        /// Nil while the server is to go on.
        var stopLimit: Duration?
    }

    private let state = Mutex(State())

    func enter(_ channel: any Channel) {
        let stopLimit = state.withLock { state in
            state.channels[ObjectIdentifier(channel)] = channel
            return state.stopLimit
        }
        if let stopLimit { Self.stop(channel, after: stopLimit) }
    }

    func leave(_ channel: any Channel) {
        state.withLock { $0.channels[ObjectIdentifier(channel)] = nil }
    }

    /// Tells every session, and those that are still to come, to end; what is left after the limit is cut off.
    func stop(after limit: Duration = SMTPServer.shutdownLimit) {
        let channels = state.withLock { state in
            state.stopLimit = limit
            return Array(state.channels.values)
        }
        for channel in channels { Self.stop(channel, after: limit) }
    }

    private static func stop(_ channel: any Channel, after limit: Duration) {
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        channel.eventLoop.scheduleTask(in: TimeAmount(limit)) {
            channel.close(promise: nil)
        }
    }
}
