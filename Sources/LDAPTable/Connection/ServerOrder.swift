import Dispatch
import Logging
import LookupTables
import Synchronization

/// Opens connections to the first server of a directory that can be reached. One that failed rests while there is
/// another; while none is left, each is tried again every second, less often where trying takes long.
final class ServerOrder: Sendable {
    private struct Failure {
        let instant: ContinuousClock.Instant
        let soonRest: Duration
        let reason: String
    }

    private let directory: LDAPDirectory
    private let logger: Logger
    private let failures = Mutex<[LDAPServer: Failure]>([:])
    /// Connections are opened one after the other, so that a server that hangs costs one wait, not four.
    private let connecting = DispatchSemaphore(value: 1)

    private static let rest: Duration = .seconds(60)

    init(_ directory: LDAPDirectory, logger: Logger) {
        self.directory = directory
        self.logger = logger
    }

    /// - Throws: the reasons of all servers where none can be reached.
    func connect() throws(ConnectionLoss) -> LDAPConnection {
        connecting.wait()
        defer { connecting.signal() }
        let beginning = ContinuousClock.now
        for server in candidates {
            let start = ContinuousClock.now
            do throws(ConnectionLoss) {
                let connection = try LDAPConnection(to: server, of: directory)
                failures.withLock { failures in
                    // What others found out meanwhile counts: without a bind, to connect says little.
                    if let failure = failures[server], failure.instant < beginning { failures[server] = nil }
                }
                return connection
            } catch {
                logger.warning("dict_ldap_connect: \(error)")
                failed(server, error.description, took: .now - start)
            }
        }
        throw ConnectionLoss(reasons)
    }

    /// Lets a server rest.
    ///
    /// - Parameter took: how long it kept us waiting.
    func failed(_ server: LDAPServer, _ reason: String, took: Duration) {
        let soon = min(Self.rest, max(.seconds(1), took * 4))
        failures.withLock { $0[server] = Failure(instant: .now, soonRest: soon, reason: reason) }
    }

    /// The servers that are worth a try, best first.
    private var candidates: [LDAPServer] {
        let now = ContinuousClock.now
        return failures.withLock { failures in
            let awake = directory.servers.filter { server in
                failures[server].map { now - $0.instant >= Self.rest } ?? true
            }
            // Where those that are awake fail as well, one that failed a while ago may be back.
            let others = directory.servers.filter { server in
                guard !awake.contains(server), let failure = failures[server] else { return false }
                return now - failure.instant >= failure.soonRest
            }
            return awake + others
        }
    }

    private var reasons: String {
        failures.withLock { failures in
            directory.servers.compactMap { failures[$0]?.reason }.joined(separator: "; ")
        }
    }
}
