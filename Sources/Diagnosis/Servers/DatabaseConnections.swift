import LookupTables

/// A server that takes fewer connections than the maps may want, or none at all now.
public struct DatabaseConnections: Rule {
    public static let name = "database-connections"
    public static let summary =
        "A database server takes fewer connections than the maps may want, or is full now."
    public static let remedy = "raise `max_connections` or the limit of the user, or end who has them"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.servers

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        let databases = await setup.databases
        var findings: [Finding] = []
        var servers: [String: [ProbedDatabase]] = [:]
        for database in databases {
            if let failure = database.failure, failure.isTooManyConnections {
                findings.append(full(database, failure))
            }
            let place = database.pool.hosts.map(\.description).joined(separator: ", ")
            if database.capacity != nil { servers[place, default: []].append(database) }
        }
        for (place, databases) in servers.sorted(by: { $0.key < $1.key }) {
            if let finding = tooSmall(place, databases) { findings.append(finding) }
        }
        return findings
    }

    private func full(_ database: ProbedDatabase, _ failure: InspectionFailure) -> Finding {
        let place = database.pool.hosts.map(\.description).joined(separator: ", ")
        return finding(
            .error, place,
            "the database server at \(place) has no connection left, so mail has to wait; "
                + "the maps want up to \(database.connections)",
            evidence: [Evidence(place: place, failure.description)]
                + database.maps.prefix(1).flatMap { $0.evidence(of: "user", "hosts") },
            cure: "see who has them all: SHOW FULL PROCESSLIST; then end those, or raise max_connections "
                + "(max_user_connections) of the server",
            disables: database.specifications)
    }

    private func command(_ text: String?, _ database: ProbedDatabase) -> [Finding.Command] {
        guard let text, let map = database.maps.first?.map.specification else { return [] }
        return [.init(text, in: .database(map: map))]
    }

    private func tooSmall(_ place: String, _ databases: [ProbedDatabase]) -> Finding? {
        let wanted = databases.reduce(0) { $0 + $1.connections }
        for database in databases {
            guard let userLimit = database.capacity?.userLimit, userLimit < database.connections else {
                continue
            }
            let user = database.pool.login.user
            return finding(
                .error, place,
                "user \(user) may have \(userLimit) connections, and its maps want up to \(database.connections): "
                    + "with many mails at once some will wait",
                evidence: [
                    Evidence(place: place, "max_user_connections = \(userLimit)"),
                    Evidence("connections of the pool: \(database.connections)"),
                ],
                cure: "let the maps have fewer (lookup_connection_limit), or the user more:",
                commands: command(
                    database.capacity?.account.map {
                        "ALTER USER \($0) WITH MAX_USER_CONNECTIONS \(database.connections * 2);"
                    }, database))
        }
        guard let capacity = databases.compactMap(\.capacity).first else { return nil }
        let evidence = [
            Evidence(place: place, "max_connections = \(capacity.limit), open now: \(capacity.used)"),
            Evidence("connections of the maps' pools: \(wanted)"),
        ]
        if capacity.limit < wanted {
            return finding(
                .error, place,
                "the server takes \(capacity.limit) connections, and the maps want up to \(wanted)",
                evidence: evidence,
                cure: "raise max_connections to \(wanted + 20) at least in the server's own file, and until it starts again:",
                commands: databases.first.map { first in
                    command(
                        first.type == "mysql" ? "SET GLOBAL max_connections = \(wanted + 20);" : nil, first)
                } ?? [])
        }
        guard capacity.limit - capacity.used < wanted else { return nil }
        return finding(
            .warning, place,
            "\(capacity.used) of the server's \(capacity.limit) connections are taken, and the maps want up to "
                + "\(wanted)",
            evidence: evidence,
            cure: "see who has them: SHOW FULL PROCESSLIST; or raise max_connections of the server")
    }
}
