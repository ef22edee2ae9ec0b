import NIOCore

/// Runs tasks on an event loop: a session's logic goes on in the thread that moves its bytes, so that no thread
/// has to be woken for a command or a reply.
///
/// What runs here must not block, as everything on an event loop. The loop must outlive the tasks.
public final class EventLoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    public init(_ loop: any EventLoop) {
        self.loop = loop
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
