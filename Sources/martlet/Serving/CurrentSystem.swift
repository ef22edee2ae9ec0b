import Synchronization

/// The mail system that is in force now.
final class CurrentSystem: Sendable {
    private let state: Mutex<MailSystem>

    init(_ system: MailSystem) { state = Mutex(system) }

    var system: MailSystem { state.withLock { $0 } }

    /// - Returns: the one that was in force.
    func replace(with new: MailSystem) -> MailSystem { state.withLock { exchange(&$0, with: new) } }
}
