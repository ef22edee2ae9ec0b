import NIOCore
import Synchronization

/// Since when a session waits for its client to send something. While it works, by itself or with databases and
/// disks, the client can do nothing, and its silence says nothing.
final class InputWait: Sendable {
    /// Nanoseconds; 0 while the session works.
    private let began = Atomic<UInt64>(0)

    /// Nil while the session works.
    var since: NIODeadline? {
        let nanoseconds = began.load(ordering: .acquiring)
        return nanoseconds == 0 ? nil : .uptimeNanoseconds(nanoseconds)
    }

    func begin() { began.store(NIODeadline.now().uptimeNanoseconds, ordering: .releasing) }

    func end() { began.store(0, ordering: .releasing) }
}
