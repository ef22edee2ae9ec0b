/// A look at the pool's database over a connection of its own and on a thread of its own, so that it neither waits
/// for lookups nor holds any up.
extension SQLPool {
    package var hosts: [DatabaseHost] { connector.hosts }
    package var login: DatabaseLogin { connector.login }

    /// - Parameters:
    ///   - host: where to look; nil is the first host that can be reached.
    ///   - work: given the connection, on a thread that it may block.
    package func inspect<Value: Sendable>(
        at host: DatabaseHost? = nil,
        _ work: @escaping @Sendable (any InspectableConnection) throws(InspectionFailure) -> Value
    ) async throws(InspectionFailure) -> Value {
        let hosts = host.map { [$0] }
        let result: Result<Value, InspectionFailure> = await withUnsafeContinuation { continuation in
            let hasThread = OwnThread.start {
                do throws(InspectionFailure) {
                    continuation.resume(returning: .success(try work(try self.inspectable(at: hosts))))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
            if !hasThread {
                continuation.resume(
                    returning: .failure(InspectionFailure(.connection, "the system gave no thread")))
            }
        }
        return try result.get()
    }

    /// A connection to the first host that can be reached. Blocks.
    ///
    /// - Parameter hosts: nil is those of the pool.
    func inspectable(at hosts: [DatabaseHost]? = nil) throws(InspectionFailure) -> any InspectableConnection {
        var failure = InspectionFailure(.connection, "hosts names no server")
        for host in hosts ?? connector.hosts {
            do throws(ConnectionLoss) {
                if let connection = try connector.connect(to: host) as? any InspectableConnection {
                    return connection
                }
                failure = InspectionFailure(.connection, "this kind of database cannot be looked at")
            } catch {
                failure = InspectionFailure(error)
            }
        }
        throw failure
    }
}

/// Who logs in where, for messages; never the password.
package struct DatabaseLogin: Hashable, Sendable {
    /// Empty where the kind has none, or the client library chooses it.
    package var user: String
    package var database: String
    /// The connection's character set; empty where there is no choice.
    package var charset: String

    package init(user: String = "", database: String = "", charset: String = "") {
        self.user = user
        self.database = database
        self.charset = charset
    }
}
