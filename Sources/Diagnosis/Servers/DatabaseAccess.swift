import LookupTables

/// The server refuses the login of a map, or cannot be reached: everything that the map is asked waits.
public struct DatabaseAccess: Rule {
    public static let name = "database-access"
    public static let summary = "A database that refuses the login of a map, or cannot be reached."
    public static let remedy =
        "compare user, password and host with the GRANT; start the server; correct `hosts` or `dbname`"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.servers

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        var findings: [Finding] = []
        for database in await setup.databases {
            guard let failure = database.failure, !failure.isTooManyConnections else { continue }
            // The rule about localhost says it better.
            if await SocketOrAddress.way(to: database) != nil { continue }
            findings.append(finding(database, failure))
        }
        return findings
    }

    private func finding(_ database: ProbedDatabase, _ failure: InspectionFailure) -> Finding {
        let login = database.pool.login
        let maps = database.maps.map(\.map.specification)
        let who = login.user.isEmpty ? "" : " user \(login.user)"
        let hosts = database.attempts.map(\.host.description).joined(separator: ", ")
        let what =
            failure.isAccessDenied
            ? "the database server at \(hosts) refuses\(who)"
            : failure.isUnknownDatabase
                ? "the server at \(hosts) has no database \(login.database)"
                : "the database at \(hosts) cannot be reached"
        return finding(
            .error, maps.first ?? hosts,
            "\(what), so every lookup of \(maps.shortened { $0 }) fails for the time being",
            evidence: database.attempts.compactMap { attempt in
                attempt.failure.map { Evidence(place: attempt.host.description, $0.description) }
            }
                + database.maps.prefix(1).flatMap { $0.evidence(of: "user", "hosts", "dbname", "dbpath") },
            cure: cure(database, failure, login), disables: database.specifications)
    }

    private func cure(
        _ database: ProbedDatabase, _ failure: InspectionFailure, _ login: DatabaseLogin
    ) -> String {
        let file = database.maps.first { $0.map.isFile }?.map.name ?? "the map's definition"
        if database.type == "sqlite" {
            return "make the file, correct dbpath, or let the mail user read the file and its directory"
        }
        if failure.isUnknownDatabase { return "correct dbname in \(file), or make the database" }
        guard failure.isAccessDenied else {
            return "start the server, or correct hosts in \(file)"
        }
        guard database.type == "mysql" else {
            return "compare user and password in \(file) with the role, and look into pg_hba.conf"
        }
        let account = failure.account ?? "'\(login.user)'@'127.0.0.1'"
        return
            "compare with what was granted: mariadb -e \"SHOW GRANTS FOR \(account)\"; or grant anew, with the "
            + "password of \(file): GRANT SELECT ON \(login.database).* TO \(account) IDENTIFIED BY '…'"
    }
}

extension InspectionFailure {
    /// No more connections for now: ER_CON_COUNT_ERROR, ER_TOO_MANY_USER_CONNECTIONS, ER_USER_LIMIT_REACHED; 53300.
    var isTooManyConnections: Bool {
        [1040, 1203, 1226].contains(code) || description.contains("too many clients")
            || description.contains("too many connections for role")
            || description.contains("remaining connection slots")
    }

    /// Who logs in is not let in: ER_ACCESS_DENIED_ERROR and its like.
    var isAccessDenied: Bool {
        [1044, 1045, 1130, 1698, 1251, 1862].contains(code)
            || description.contains("password authentication failed")
            || description.contains("no pg_hba.conf entry") || description.contains("role \"")
            || description.contains("Peer authentication failed")
    }

    /// ER_TABLEACCESS_DENIED_ERROR, ER_COLUMNACCESS_DENIED_ERROR
    var isMissingPrivilege: Bool { [1142, 1143].contains(code) }

    var isUnknownDatabase: Bool {
        code == 1049 || description.contains("database \"") && description.contains("does not exist")
    }

    /// `'mailserver'@'localhost'`, as MySQL names it.
    var account: String? {
        guard let start = description.firstRange(of: "user '") else { return nil }
        let rest = description[description.index(before: start.upperBound)...]
        let account = String(rest.prefix { $0 != " " })
        return account.contains("'@'") ? account : nil
    }
}
