import Foundation
import Peers
import Testing

/// What `lookup_stale_ttl` is for, with the built program, a MariaDB that goes away, and a server that takes the mail.
@Suite struct OutageMemoryTests {
    private static let sql = """
        INSERT INTO virtual_users (domain_id, password, email) VALUES
          (1, 'x', 'jane@example.org'), (1, 'x', 'unseen@example.org');
        INSERT INTO virtual_domains (id, name) VALUES (2, 'catchall.example');
        INSERT INTO virtual_aliases (domain_id, source, destination) VALUES
          (1, 'team@example.org', 'john@example.org'), (1, 'team@example.org', 'jane@example.org'),
          (2, '@catchall.example', 'jane@example.org');
        """

    private func replies(_ port: Int, _ recipients: [String]) async throws -> [String] {
        let client = try await SMTPClient.connect(port: port)
        let replies = try await client.pipeline(
            ["EHLO c.test", "MAIL FROM:<a@b.test>"] + recipients.map { "RCPT TO:<\($0)>" } + ["RSET", "QUIT"])
        return Array(replies[2..<(2 + recipients.count)])
    }

    private func send(_ port: Int, to recipient: String) async throws -> String {
        let client = try await SMTPClient.connect(port: port)
        _ = try await client.pipeline([
            "EHLO c.test", "MAIL FROM:<a@b.test>", "RCPT TO:<\(recipient)>", "DATA",
        ])
        let reply = try await client.command("Subject: to \(recipient)\r\n\r\ntext\r\n.")
        _ = try await client.command("QUIT")
        return reply
    }

    private static func temporary(_ recipient: String) -> String {
        "451 4.3.0 <\(recipient)>: Temporary lookup failure"
    }

    @Test func addressesThatWereSeenGetTheirMailWhileTheDatabaseIsAway() async throws {
        let mariaDB = try await MariaDBServer.start()
        let guide = try await GuideFixture.make(in: mariaDB, sql: Self.sql)
        let directory = try TemporaryDirectory("sink")
        let sink = try LMTPSink(path: directory.appending("lmtp"))
        let martlet = try await MartletServer.start(
            // Strangers ask, whose relaying would be refused for good.
            mainCf: GuideFixture.mainCf
                + """
                mynetworks = 192.0.2.0/24
                virtual_transport = lmtp:unix:\(sink.path)
                smtpd_relay_restrictions = reject_unauth_destination

                """,
            files: guide.maps(hosts: "127.0.0.1:\(mariaDB.port)"))
        let seen = ["john@example.org", "jack@example.org", "team@example.org", "any@catchall.example"]
        for recipient in seen { #expect(try await send(martlet.port, to: recipient).hasPrefix("250")) }
        // One that is refused is not remembered.
        #expect(try await replies(martlet.port, ["nobody@example.org"])[0].hasPrefix("550 5.1.1"))
        #expect(
            try await replies(martlet.port, ["x@foreign.example"])
                == ["554 5.7.1 <x@foreign.example>: Relay access denied"])
        #expect(await Eventually.holds { sink.messages.flatMap(\.recipients).count == 5 })

        try await Blocking.run { mariaDB.halt() }
        for recipient in seen { #expect(try await send(martlet.port, to: recipient).hasPrefix("250")) }
        // The mail does not wait for the database either.
        #expect(await Eventually.holds { sink.messages.flatMap(\.recipients).count == 10 })
        #expect(
            Dictionary(grouping: sink.messages.flatMap(\.recipients)) { $0 }.mapValues(\.count) == [
                "john@example.org": 6, "jane@example.org": 4,
            ])
        let unseen = [
            "unseen@example.org", "nobody@example.org", "john+tag@example.org", "other@catchall.example",
            "x@foreign.example", "x@example.net",
        ]
        #expect(try await replies(martlet.port, unseen) == unseen.map(Self.temporary))

        let map = "mysql:\(martlet.configDirectory)/mysql-virtual-mailbox-maps.cf"
        try await martlet.waitForLog(
            "warning: \(map): no server can be asked, so \"john@example.org\" is answered as it was ")
        #expect(
            martlet.log.components(separatedBy: "warning: \(map): no server").count == 2, "once an outage")
        #expect(await Eventually.holds { martlet.log.contains("<team@example.org>: accepted as ") })
        #expect(!martlet.log.contains(guide.database + "'@"), "no password, no user")

        // Read again: maps that are as they were keep what they know.
        martlet.reload()
        try await martlet.waitForLog(": reload -- version")
        #expect(try await replies(martlet.port, ["jack@example.org"]) == ["250 2.1.5 Ok"])
        // One whose definition changed has nothing to answer with.
        let path = martlet.configDirectory + "/mysql-virtual-mailbox-maps.cf"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacingOccurrences(of: "SELECT 1 FROM", with: "SELECT 2 FROM")
            .write(toFile: path, atomically: true, encoding: .utf8)
        martlet.reload()
        #expect(
            try await Eventually.holds {
                try await replies(martlet.port, ["jack@example.org"]) == [Self.temporary("jack@example.org")]
            })

        try await Blocking.run { try mariaDB.resume() }
        // Without a restart; and what is removed is refused at once.
        #expect(
            try await Eventually.holds(every: .milliseconds(200)) {
                try await replies(martlet.port, ["unseen@example.org"]) == ["250 2.1.5 Ok"]
            })
        try await mariaDB.sql(
            "DELETE FROM virtual_aliases WHERE source = 'jack@example.org'", database: guide.database)
        #expect(try await replies(martlet.port, ["jack@example.org"])[0].hasPrefix("550 5.1.1"))
        #expect(try await replies(martlet.port, ["john@example.org"]) == ["250 2.1.5 Ok"])
        try await martlet.waitForLog("mysql-virtual-mailbox-domains.cf: answers again after ")
    }

    @Test func mailInTheQueueFindsItsMailboxWhileTheDatabaseIsAway() async throws {
        let mariaDB = try await MariaDBServer.start()
        let guide = try await GuideFixture.make(in: mariaDB, sql: Self.sql)
        let owner = getuid() == 0 ? "mail" : String(cString: getpwuid(getuid()).pointee.pw_name)
        let entry = try #require(getpwnam(owner)).pointee
        let (uid, gid) = (entry.pw_uid, entry.pw_gid)
        let boxes = try TemporaryDirectory("boxes")
        let base = try boxes.makeDirectory("base")
        chown(base, uid, gid)
        func map(_ query: String) -> String {
            guide.maps(hosts: "127.0.0.1:\(mariaDB.port)")["mysql-virtual-mailbox-maps.cf", default: ""]
                .replacingOccurrences(of: "SELECT 1 FROM virtual_users WHERE email='%s'", with: query)
        }
        var files = guide.maps(hosts: "127.0.0.1:\(mariaDB.port)")
        files["boxes.cf"] = map("SELECT 'john/' FROM virtual_users WHERE email='%s'")
        files["uids.cf"] = map("SELECT \(uid) FROM virtual_domains WHERE CONCAT('@', name)='%s'")
        files["gids.cf"] = map("SELECT \(gid) FROM virtual_domains WHERE CONCAT('@', name)='%s'")
        files["transports.cf"] = map("SELECT 'virtual:' FROM virtual_domains WHERE name='%s'")
        let martlet = try await MartletServer.start(
            mainCf: GuideFixture.mainCf + """
                virtual_mailbox_maps = mysql:$config_directory/boxes.cf
                virtual_mailbox_base = \(base)
                virtual_uid_maps = mysql:$config_directory/uids.cf
                virtual_gid_maps = mysql:$config_directory/gids.cf
                virtual_minimum_uid = 1
                transport_maps = mysql:$config_directory/transports.cf

                """, files: files)
        func count() -> Int {
            (try? FileManager.default.contentsOfDirectory(atPath: base + "/john/new").count) ?? 0
        }
        #expect(try await send(martlet.port, to: "john@example.org").hasPrefix("250"))
        #expect(await Eventually.holds { count() == 1 }, "\(martlet.log)")
        try await Blocking.run { mariaDB.halt() }
        #expect(try await send(martlet.port, to: "john@example.org").hasPrefix("250"))
        #expect(await Eventually.holds { count() == 2 }, "\(martlet.log)")
        #expect(
            await Eventually.holds {
                martlet.log.contains("boxes.cf: no server can be asked, so \"john@example.org\" is answered")
            })
        // A restart forgets.
        martlet.halt()
        try await Blocking.run { try martlet.resume() }
        #expect(
            try await replies(martlet.port, ["john@example.org"]) == [Self.temporary("john@example.org")])
    }

    @Test func nothingIsRememberedWithoutATimeNorForSenders() async throws {
        let mariaDB = try await MariaDBServer.start()
        let guide = try await GuideFixture.make(in: mariaDB)
        let martlet = try await MartletServer.start(
            mainCf: GuideFixture.mainCf + "lookup_stale_ttl = 0\n",
            files: guide.maps(hosts: "127.0.0.1:\(mariaDB.port)"))
        let strict = try await MartletServer.start(
            mainCf: GuideFixture.mainCf + "smtpd_reject_unlisted_sender = yes\n",
            files: guide.maps(hosts: "127.0.0.1:\(mariaDB.port)"))
        let all = ["john@example.org", "jack@example.org"]
        #expect(try await replies(strict.port, all) == ["250 2.1.5 Ok", "250 2.1.5 Ok"])
        #expect(try await replies(martlet.port, all) == ["250 2.1.5 Ok", "250 2.1.5 Ok"])
        try await Blocking.run { mariaDB.halt() }
        #expect(try await replies(martlet.port, all) == all.map(Self.temporary))
        // Nor, whatever the time, for the question whether a sender exists.
        #expect(try await replies(strict.port, all) == all.map { _ in Self.temporary("a@b.test") })
    }
}
