import Synchronization

/// Connections that end when the program does.
package protocol ServerConnections: AnyObject, Sendable {
    /// Fails what waits and closes the connections.
    func close()
}

/// The connections of the program to servers that speak no SQL, one set a server, however many maps name it.
package final class SharedServers: Sendable {
    private let connections = Mutex<[ServerKey: any ServerConnections]>([:])

    /// The connections to a server, made where there are none yet.
    ///
    /// - Parameter server: everything that two maps must have in common to share connections.
    package func connections<Server: Hashable & Sendable, Connections: ServerConnections>(
        to server: Server, make: () -> Connections
    ) -> Connections {
        connections.withLock { connections in
            let key = ServerKey(server: server)
            if let present = connections[key] as? Connections { return present }
            let made = make()
            connections[key] = made
            return made
        }
    }

    func close() {
        for each in connections.withLock({ Array($0.values) }) { each.close() }
    }
}

/// A server as a dictionary's key.
private struct ServerKey: Hashable, Sendable {
    let server: any Hashable & Sendable

    static func == (a: Self, b: Self) -> Bool { AnyHashable(a.server) == AnyHashable(b.server) }

    func hash(into hasher: inout Hasher) { server.hash(into: &hasher) }
}
