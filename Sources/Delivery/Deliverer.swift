import Logging
import LookupTables
import MailFormat
import MailQueue
import NIOCore
import NIOPosix
import Routing
import SMTPWire
import ServiceLifecycle

/// Takes what is due from the queue, asks routing where it goes, lets agents deliver it, and records what came of it.
///
/// One task a message, so that a slow destination holds up only its own mail. When the server is to stop, nothing
/// new begins; what is under way may finish within ``DeliverySettings/grace``, and what does not stays queued.
public struct Deliverer: Service {
    private let queue: MailQueue
    private let attempt: DeliveryAttempt
    private let gates: DestinationGates
    private let agents: @Sendable () -> AgentRegistry
    private let group: any EventLoopGroup
    private let grace: Duration

    /// - Parameters:
    ///   - logger: makes a logger from a program's name: `qmgr`, `lmtp`, `bounce`.
    ///   - agents: asked for each delivery, so that a configuration that was read again counts at once.
    ///   - group: the event loops that the deliveries run on; they must outlive the service.
    ///   - threads: where content files are read; the caller's, running.
    public init(
        queue: MailQueue, guide: any AddressGuide, agents: @escaping @Sendable () -> AgentRegistry,
        settings: DeliverySettings, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        threads: NIOThreadPool = .singleton, logger: @escaping @Sendable (String) -> Logger
    ) {
        self.queue = queue
        self.agents = agents
        self.group = group
        grace = settings.grace
        gates = DestinationGates(settings)
        attempt = DeliveryAttempt(
            queue: queue, guide: guide, agents: agents, gates: gates, settings: settings,
            bounces: BounceComposer(settings: settings.bounce, queue: queue, guide: guide, threads: threads),
            log: DeliveryLog(logger))
    }

    /// With agents that stay the same.
    public init(
        queue: MailQueue, guide: any AddressGuide, agents: AgentRegistry, settings: DeliverySettings,
        threads: NIOThreadPool = .singleton, logger: @escaping @Sendable (String) -> Logger
    ) {
        self.init(
            queue: queue, guide: guide, agents: { agents }, settings: settings, threads: threads,
            logger: logger)
    }

    /// Delivers until the service is shut down or its task is cancelled. The queue is the caller's to close.
    public func run() async {
        let (stopped, stop) = AsyncStream<Void>.makeStream()
        await withGracefulShutdownHandler {
            await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    await deliver()
                    return true
                }
                group.addTask {
                    await queue.run()
                    return false
                }
                group.addTask {
                    for await _ in stopped {}
                    try? await Task.sleep(for: grace)
                    return true
                }
                // Either all is done, or the time for it is over.
                while let isOver = await group.next(), !isOver {}
                group.cancelAll()
            }
        } onGracefulShutdown: {
            queue.stopHandingOut()
            gates.close()
            stop.finish()
        }
        await agents().shutdown()
    }

    private func deliver() async {
        await withDiscardingTaskGroup { tasks in
            while let messages = await queue.nextDue() {
                for message in messages {
                    tasks.addTask(executorPreference: EventLoopExecutor(group.next())) {
                        await attempt.run(message)
                    }
                }
            }
            // Nothing new begins any more: who waits for a turn need not wait for it.
            gates.close()
        }
    }
}
