import Foundation
import Peers
import Testing

/// What clients see while the database is away, and that few connections serve many clients.
@Suite(.serialized) struct OutageTests {
    private func reply(_ port: Int, _ recipient: String) async throws -> String {
        let client = try await SMTPClient.connect(port: port)
        return try await client.pipeline([
            "EHLO c.test", "MAIL FROM:<a@b.test>", "RCPT TO:<\(recipient)>", "QUIT",
        ])[2]
    }

    @Test func databaseStopsAndComesBackForAddressesThatWereNotSeenBefore() async throws {
        let mariaDB = try await MariaDBServer.start()
        let guide = try await GuideFixture.make(
            in: mariaDB,
            sql: "INSERT INTO virtual_users (domain_id, password, email) VALUES (1, 'x', 'jane@example.org');"
        )
        let martlet = try await MartletServer.start(
            mainCf: GuideFixture.mainCf, files: guide.maps(hosts: "127.0.0.1:\(mariaDB.port)"))
        #expect(try await reply(martlet.port, "jack@example.org") == "250 2.1.5 Ok")
        try await Blocking.run { mariaDB.halt() }
        #expect(
            try await reply(martlet.port, "jane@example.org")
                == "451 4.3.0 <jane@example.org>: Temporary lookup failure")
        #expect(!martlet.log.contains(guide.database), "the user, and the password, are in no line")
        try await Blocking.run { try mariaDB.resume() }
        // Without a restart of Martlet; a host that failed rests for a moment.
        #expect(
            try await Eventually.holds(every: .milliseconds(200)) {
                try await reply(martlet.port, "jane@example.org") == "250 2.1.5 Ok"
            })
    }

    @Test func secondHostTakesOverUnnoticed() async throws {
        async let first = MariaDBServer.start()
        async let second = MariaDBServer.start()
        let servers = try await [first, second]
        let database = try await servers[0].makeDatabase()
        for server in servers {
            if server === servers[1] {
                try await server.sql(
                    "CREATE DATABASE \(database); CREATE USER '\(database)'@'%' IDENTIFIED BY '\(database)'; GRANT ALL ON \(database).* TO '\(database)'@'%';"
                )
            }
            try await server.sql(GuideFixture.schema, database: database)
        }
        let guide = GuideFixture(database: database)
        let martlet = try await MartletServer.start(
            mainCf: GuideFixture.mainCf + "lookup_stale_ttl = 0\n",
            files: guide.maps(
                hosts: servers.map { "127.0.0.1:\($0.port)" }.joined(separator: " ") + "\nretry_interval = 1")
        )
        for _ in 0..<8 { #expect(try await reply(martlet.port, "jack@example.org") == "250 2.1.5 Ok") }
        // Whichever host is in use: stop one, then let it back and stop the other.
        for server in servers {
            try await Blocking.run { server.halt() }
            for _ in 0..<8 { #expect(try await reply(martlet.port, "jack@example.org") == "250 2.1.5 Ok") }
            try await Blocking.run { try server.resume() }
            // A host that has failed rests for its retry_interval.
            try await Task.sleep(for: .seconds(1.1))
        }
    }

    @Test func fiftyClientsNeedFourConnections() async throws {
        let mariaDB = try await MariaDBServer.shared()
        let guide = try await GuideFixture.make(in: mariaDB)
        let martlet = try await MartletServer.start(
            mainCf: GuideFixture.mainCf
                + "smtpd_client_connection_count_limit = 0\nsmtpd_error_sleep_time = 0\nsmtpd_hard_error_limit = 1000\n",
            files: guide.maps(hosts: "127.0.0.1:\(mariaDB.port)"))
        let batch =
            ["RSET", "MAIL FROM:<a@b.test>"]
            + (0..<40).map {
                "RCPT TO:<\($0 % 3 == 0 ? "john" : $0 % 3 == 1 ? "jack" : "nobody\($0)")@example.org>"
            }
        let port = martlet.port
        let connections = try await withThrowingTaskGroup(of: Void.self, returning: Int.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    let client = try await SMTPClient.connect(port: port)
                    _ = try await client.command("EHLO c.test")
                    for _ in 0..<4 {
                        let replies = try await client.pipeline(batch)
                        #expect(replies.allSatisfy { $0.hasPrefix("250") || $0.hasPrefix("550 5.1.1") })
                    }
                }
            }
            func count() async throws -> Int {
                let count = try await mariaDB.sql(
                    "SELECT COUNT(*) FROM information_schema.processlist WHERE user = '\(guide.database)'")
                return Int(count.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
            }
            var most = 0
            for _ in 0..<10 { most = max(most, try await count()) }
            try await group.waitForAll()
            return max(most, try await count())
        }
        #expect((1...4).contains(connections), "\(connections) connections")
    }
}
