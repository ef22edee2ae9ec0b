import Foundation
import Peers

@testable import Diagnosis

/// The ISPmail guide's setup on a private MariaDB, for rules to look at.
enum GuideSetup {
    /// - Parameters:
    ///   - sql: statements after the guide's own.
    ///   - main: lines of main.cf after the guide's own.
    static func make(
        sql: String = "", main: String = "", files: [String: String] = [:]
    ) async throws -> TriedSetup {
        let server = try await MariaDBServer.shared()
        let guide = try await GuideFixture.make(in: server, sql: sql)
        let maps = guide.maps(hosts: "127.0.0.1:\(server.port)")
        return try TriedSetup(
            GuideFixture.mainCf + main, files: maps.merging(files) { $1 })
    }

    /// Rows for the guide's tables.
    static func aliases(_ rows: (String, String)...) -> String {
        rows.map {
            "INSERT INTO virtual_aliases (domain_id, source, destination) VALUES (1, '\($0.0)', '\($0.1)');"
        }.joined(separator: "\n")
    }

    static func mailboxes(_ emails: String...) -> String {
        emails.map {
            "INSERT INTO virtual_users (domain_id, password, email) VALUES (1, 'x', '\($0)');"
        }.joined(separator: "\n")
    }
}
