import Foundation
import Peers
import Testing

/// The built program's `check`, and what `serve` makes of it.
@Suite struct CheckTests {
    private func check(_ directory: String, _ arguments: String...) async throws -> CommandResult {
        try await Command.run([BuiltProgram.martlet, "check", "-c", directory] + arguments)
    }

    private static func document(_ result: CommandResult) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(result.standardOutput.utf8)) as? [String: Any],
            "\(result.standardOutput)\(result.standardError)")
    }

    /// Severity and rule of what is more than advice.
    private static func troubles(_ result: CommandResult) throws -> [String] {
        let findings = try #require(try document(result)["findings"] as? [[String: Any]])
        return findings.filter { $0["severity"] as? String != "advice" }.map {
            "\($0["severity"] ?? "") \($0["rule"] ?? "") \($0["subject"] ?? ""): \($0["message"] ?? "")"
        }
    }

    @Test func `what init makes is clean`() async throws {
        let directory = try TemporaryDirectory("check")
        let etc = directory.appending("etc")
        let made = try await Command.run([BuiltProgram.martlet, "init", etc, "--hostname", "mx.example.net"])
        try #require(made.exitCode == 0, "\(made.standardError)")
        let result = try await check(etc, "--json")
        #expect(try Self.troubles(result).isEmpty)
        #expect(result.exitCode == 0)
    }

    /// The guide's files as it has them made: maps for the group of the mail user alone, a compiled alias file, Dovecot.
    @Test func `the guide's setup is clean, and is not without its socket or with another file name`()
        async throws
    {
        let database = try await MariaDBServer.shared()
        let guide = try await GuideFixture.make(in: database)
        let directory = try TemporaryDirectory("check")
        let etc = try directory.makeDirectory("etc")
        _ = try directory.makeDirectory("spool/private")
        for (name, text) in guide.maps(hosts: "127.0.0.1:\(database.port)") {
            try directory.write("etc/\(name)", text, mode: 0o640)
        }
        try directory.write("etc/aliases", "postmaster: root\n")
        try directory.write("etc/master.cf", "smtp inet n - y - - smtpd\n")
        let user = String(cString: getpwuid(getuid()).pointee.pw_name)
        try directory.write(
            "etc/main.cf",
            """
            compatibility_level = 3.6
            myhostname = mail.example.com
            myorigin = mail.example.com
            mydestination = $myhostname, localhost.localdomain, localhost
            mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128
            smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination
            alias_maps = hash:$config_directory/aliases
            alias_database = hash:$config_directory/aliases
            queue_directory = \(directory.path)/spool
            mail_owner = \(user)
            \(GuideFixture.mainCf)
            """)
        try await Command.run([BuiltProgram.martlet, "postalias", "-c", etc, "hash:\(etc)/aliases"])
            .expectSuccess()

        let without = try await check(etc, "--json")
        #expect(without.exitCode == 1)
        #expect(try Self.troubles(without).map { $0.prefix(21) } == ["error delivery-socket"])

        let sink = try LMTPSink(path: directory.appending("spool/private/dovecot-lmtp"))
        let clean = try await check(etc, "--json")
        #expect(try Self.troubles(clean).isEmpty)
        #expect(clean.exitCode == 0)

        try FileManager.default.moveItem(
            atPath: "\(etc)/mysql-virtual-mailbox-domains.cf", toPath: "\(etc)/virtual-mailbox-domains.cf")
        let text = try await check(etc)
        #expect(text.exitCode == 1)
        #expect(text.standardOutput.contains("did you mean \(etc)/virtual-mailbox-domains.cf?"))
        #expect(
            text.standardOutput.contains(
                "error: mysql:\(etc)/mysql-virtual-mailbox-domains.cf (missing-map-file)\n"))
        #expect(!text.standardOutput.contains("\u{1b}"), "colours are for terminals")
        withExtendedLifetime(sink) {}
    }

    @Test func `a configuration that cannot be used is told whole, with 78`() async throws {
        let directory = try TemporaryDirectory("check")
        try directory.write(
            "main.cf",
            """
            myhostname = mail.example.org
            mydestination =
            alias_maps =
            message_size_limit = big
            mynetworks = 127.0.0.1/8
            smtpd_recipient_restrictions = permit_mynetworks, reject_everything, reject_unauth_destination
            virtual_alias_maps = mysql:\(directory.path)/gone.cf

            """)
        let result = try await check(directory.path, "--json")
        #expect(result.exitCode == 78)
        let subjects = try Self.troubles(result).filter { $0.hasPrefix("error") }.joined(separator: "\n")
        for text in ["message_size_limit", "mynetworks", "reject_everything", "gone.cf is not there"] {
            #expect(subjects.contains(text), "\(text) in \(subjects)")
        }
        let gone = try await check(directory.appending("nowhere"), "--json")
        #expect(gone.exitCode == 78)
        #expect(try Self.troubles(gone).count == 1)
    }

    @Test func `rules are listed and chosen by name`() async throws {
        let list = try await check("/nonexistent", "--list")
        #expect(list.exitCode == 0)
        #expect(list.standardOutput.contains("missing-map-file"))
        let quick = try await check("/nonexistent", "--list", "--quick")
        #expect(quick.standardOutput.contains("open-relay"))
        let unknown = try await check("/nonexistent", "--rule", "no-such-rule")
        #expect(unknown.exitCode == 64)
        let directory = try TemporaryDirectory("check")
        try directory.write("main.cf", "compatibility_level = 3.6\nmyhostname = mail\nmail_owner = nobdoy\n")
        let one = try await check(directory.path, "--rule", "host-name", "--json")
        #expect(try Self.document(one)["rules"] as? [String] == ["host-name"])
        #expect(try Self.troubles(one).count == 1)
        #expect(one.exitCode == 0, "a warning is no error")
    }

    @Test func `what the one who checks may not read is told once, and not guessed at`() async throws {
        let directory = try TemporaryDirectory("check")
        let program = directory.appending("martlet")
        try FileManager.default.copyItem(atPath: BuiltProgram.martlet, toPath: program)
        try directory.write(
            "main.cf",
            "compatibility_level = 3.6\nmyhostname = mail.example.com\nmydestination = localhost\nalias_maps =\nmail_owner = root\nqueue_directory = /usr\nvirtual_transport = discard\nvirtual_mailbox_domains = mysql:\(directory.path)/domains.cf\n"
        )
        try directory.write("domains.cf", "dbname = x\nquery = SELECT 1\n", mode: 0)
        // Root may read everything.
        let somebody = getuid() == 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
        let result = try await Command.run(somebody + [program, "check", "-c", directory.path, "--json"])
        let troubles = try Self.troubles(result)
        #expect(troubles.count == 1, "\(troubles)")
        #expect(troubles.first?.contains("cannot be looked at") == true, "\(troubles)")
    }

    @Test func `an open relay is not served`() async throws {
        let directory = try TemporaryDirectory("check")
        let port = try LoopbackPort.unused()
        let user = getuid() == 0 ? "mail" : String(cString: getpwuid(getuid()).pointee.pw_name)
        try directory.write("master.cf", "127.0.0.1:\(port) inet n - n - - smtpd -o mynetworks=0.0.0.0/0\n")
        try directory.write(
            "main.cf",
            """
            compatibility_level = 3.6
            myhostname = mail.example.org
            mydestination =
            alias_maps =
            queue_directory = \(directory.path)/spool
            data_directory = \(directory.path)/data
            maillog_file = \(directory.path)/log
            mail_owner = \(user)

            """)
        _ = try directory.makeDirectory("spool")
        let result = try await Command.run([BuiltProgram.martlet, "serve", "-c", directory.path])
        #expect(result.exitCode == 78)
        #expect(result.standardError.contains("check: open-relay: mynetworks"))
        #expect(result.standardError.contains("master.cf, line 1"))
    }

    @Test func `a server tells what is wrong at its start and when it is told to read again`() async throws {
        let server = try await MartletServer.start(
            mainCf: "virtual_mailbox_domains = example.org\nvirtual_transport = lmtp:unix:private/gone\n")
        try await server.waitForLog("warning: check: delivery-socket: \(server.queueDirectory)/private/gone")
        try server.directory.write(
            "etc/main.cf",
            try String(contentsOfFile: server.configDirectory + "/main.cf", encoding: .utf8)
                + "virtual_alias_maps = mysql:$config_directory/nowhere.cf\n")
        server.reload()
        try await server.waitForLog(
            "warning: check: missing-map-file: mysql:\(server.configDirectory)/nowhere.cf")
        try await server.waitForLog("reload -- version")
        // An open relay is not taken; the configuration before stays.
        try server.directory.write(
            "etc/main.cf",
            try String(contentsOfFile: server.configDirectory + "/main.cf", encoding: .utf8)
                + "mynetworks = 0.0.0.0/0\n")
        server.reload()
        try await server.waitForLog("the configuration before stays in force")
        #expect(server.isRunning)
    }
}

extension CommandResult {
    fileprivate func expectSuccess() throws {
        try #require(exitCode == 0, "\(standardError)\(standardOutput)")
    }
}
