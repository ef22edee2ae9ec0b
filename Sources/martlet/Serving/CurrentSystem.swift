import Synchronization

/// The mail system that is in force now.
final class CurrentSystem: Sendable {
    private let state: Mutex<MailSystem>

    init(_ system: MailSystem) { state = Mutex(system) }

    var system: MailSystem { state.withLock { $0 } }

    func replace(with new: MailSystem) { state.withLock { $0 = new } }
}
