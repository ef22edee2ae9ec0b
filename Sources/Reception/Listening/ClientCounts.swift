import MailFormat
import Synchronization

/// How many sessions each client address has now.
final class ClientCounts: Sendable {
    private let counts = Mutex<[IPAddress: Int]>([:])

    /// - Returns: the count with this session in it.
    func enter(_ address: IPAddress) -> Int {
        counts.withLock { counts in
            let count = (counts[address] ?? 0) + 1
            counts[address] = count
            return count
        }
    }

    func leave(_ address: IPAddress) {
        counts.withLock { counts in
            let count = (counts[address] ?? 1) - 1
            counts[address] = count > 0 ? count : nil
        }
    }
}
