import NIOCore
import NIOPosix
import Synchronization

/// The servers that the program's maps ask, one pool of connections each, however many maps name them and however
/// often they are opened.
public final class NetworkServers: Sendable {
    private struct Key: Hashable, Sendable {
        let address: ServerAddress
        let wire: any Wire
        let limits: ServerLimits

        static func == (one: Self, other: Self) -> Bool {
            one.address == other.address && one.limits == other.limits
                && AnyHashable(one.wire) == AnyHashable(other.wire)
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(address)
            hasher.combine(limits)
            hasher.combine(AnyHashable(wire))
        }
    }

    private struct Closing: Sendable {
        let pool: any Sendable
        let close: @Sendable () -> Void
    }

    private let pools = Mutex<[Key: Closing]>([:])
    private let group: any EventLoopGroup

    public init(group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton) {
        self.group = group
    }

    package func pool<W: Wire>(at address: ServerAddress, wire: W, limits: ServerLimits) -> ServerPool<W> {
        pools.withLock { pools in
            let key = Key(address: address, wire: wire, limits: limits)
            if let pool = pools[key]?.pool as? ServerPool<W> { return pool }
            let pool = ServerPool(address, wire: wire, limits: limits, eventLoop: group.next())
            pools[key] = Closing(pool: pool) { pool.close() }
            return pool
        }
    }

    /// Ends all connections. Lookups that come later fail.
    public func close() {
        for pool in pools.withLock({ Array($0.values) }) { pool.close() }
    }
}
