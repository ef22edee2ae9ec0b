import LookupTables

/// `hosts = localhost` is the UNIX socket, and accounts of MySQL belong to a way in: who was granted for 127.0.0.1 is
/// refused at the socket, and the other way round.
public struct SocketOrAddress: Rule {
    public static let name = "socket-or-address"
    public static let summary =
        "hosts = localhost means the UNIX socket, and the account was made for 127.0.0.1 (or the reverse)."
    public static let remedy = "write `hosts = 127.0.0.1` (or `localhost`)"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.servers

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        var findings: [Finding] = []
        for database in await setup.databases {
            guard let way = await Self.way(to: database) else { continue }
            let maps = database.maps.map(\.map.specification)
            let means = way.isSocket ? "127.0.0.1 is TCP" : "localhost is the UNIX socket"
            findings.append(
                finding(
                    .error, maps.first ?? "",
                    "\(means), where \(way.failure.isAccessDenied ? "this account is refused" : "no server listens"); "
                        + "at \(way.host) the same login is let in",
                    evidence: [Evidence(place: way.refused.description, way.failure.description)]
                        + database.maps.prefix(3).flatMap { $0.evidence(of: "hosts", "user") }
                        + [Evidence(place: way.host, "the same user and password are accepted")],
                    cure: "write hosts = \(way.host) in "
                        + database.maps.filter { $0.map.isFile }.map(\.map.name).shortened { $0 },
                    disables: database.specifications))
        }
        return findings
    }

    struct Way: Sendable {
        let refused: DatabaseHost
        let failure: InspectionFailure
        /// What to write instead.
        let host: String
        let isSocket: Bool
    }

    /// The other way into the same machine, where that one is open; nil where it is not, or where none is needed.
    static func way(to database: ProbedDatabase) async -> Way? {
        guard database.type == "mysql", database.attempts.count == 1, let attempt = database.attempts.first,
            let failure = attempt.failure, [1045, 1130, 1698, 2002, 2003].contains(failure.code)
        else { return nil }
        let other: DatabaseHost
        let isSocket: Bool
        switch attempt.host.place {
        case .unix:
            other = DatabaseHost(.inet(name: "127.0.0.1", port: nil), description: "127.0.0.1")
            isSocket = false
        case .inet("127.0.0.1", _), .inet("::1", _):
            other = DatabaseHost(.unix(path: nil), description: "localhost")
            isSocket = true
        case .inet: return nil
        }
        do throws(InspectionFailure) {
            try await database.pool.inspect(at: other) { _ in }
        } catch {
            return nil
        }
        return Way(refused: attempt.host, failure: failure, host: other.description, isSocket: isSocket)
    }
}
