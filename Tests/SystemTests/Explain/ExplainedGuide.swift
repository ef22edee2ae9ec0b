import Foundation
import Peers
import Testing

/// The guide's setup with its MariaDB, to be explained: no server runs.
struct ExplainedGuide: Sendable {
    let directory: TemporaryDirectory
    let database: String
    private let server: MariaDBServer

    /// The guide's main.cf and `.cf` files, with an LMTP server's socket and an agent for mail to others; port 25 for strangers and a submission service for those who log in.
    ///
    /// - Parameter mainCf: further lines.
    static func make(sql: String = "", mainCf: String = "") async throws -> ExplainedGuide {
        let server = try await MariaDBServer.shared()
        let guide = try await GuideFixture.make(in: server, sql: sql)
        let directory = try TemporaryDirectory("exg")
        for (name, text) in guide.maps(hosts: "127.0.0.1:\(server.port)") {
            try directory.write("etc/\(name)", text)
        }
        try directory.write(
            "etc/main.cf",
            """
            compatibility_level = 3.6
            myhostname = mx.example.net
            mydestination = localhost
            mynetworks = 127.0.0.0/8
            local_recipient_maps =
            smtpd_sender_login_maps = mysql:$config_directory/mysql-email2email.cf
            queue_directory = \(directory.path)/queue
            smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
            \(GuideFixture.mainCf)\(mainCf)
            """)
        try directory.write(
            "etc/master.cf",
            """
            smtp inet n - y - - smtpd
            smtp unix - - y - - lmtp
            submission inet n - y - - smtpd
              -o smtpd_sasl_auth_enable=yes
              -o smtpd_sender_restrictions=reject_sender_login_mismatch,permit_sasl_authenticated,reject

            """)
        try directory.write("queue/private/dovecot-lmtp", "")
        return ExplainedGuide(directory: directory, database: guide.database, server: server)
    }

    func sql(_ text: String) async throws { try await server.sql(text, database: database) }

    func explain(_ arguments: String..., input: String = "") async throws -> CommandResult {
        try await Command.run(
            [BuiltProgram.martlet, "explain", "-c", directory.appending("etc")] + arguments, input: input)
    }

    /// The text with what differs from run to run put in other words: times, the directory, the server's port.
    func text(_ arguments: String...) async throws -> String {
        let result = try await Command.run(
            [BuiltProgram.martlet, "explain", "-c", directory.appending("etc")] + arguments)
        #expect(result.standardError == "")
        return result.standardOutput
            .replacing(try Regex(#"[0-9]+\.[0-9] ms"#), with: "TIME")
            .replacing(directory.path, with: "").replacing("127.0.0.1:\(server.port)", with: "DB")
    }

    /// What `--json` printed.
    func document(_ arguments: String...) async throws -> [String: Any] {
        let result = try await Command.run(
            [BuiltProgram.martlet, "explain", "-c", directory.appending("etc"), "--json"] + arguments)
        let value = try JSONSerialization.jsonObject(with: Data(result.standardOutput.utf8))
        return try #require(value as? [String: Any], "\(result.standardOutput)\(result.standardError)")
    }
}
