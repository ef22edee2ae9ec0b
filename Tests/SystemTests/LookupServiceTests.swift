import Foundation
import Peers
import Testing

/// Martlet as the server of a real Postfix's maps.
@Suite struct LookupServiceTests {
    /// A Martlet that serves the guide's maps from MariaDB, and lets nobody have more than four connections there.
    private func setup(
        _ mainCf: String = "", sql: String = "", files: [String: String] = [:]
    ) async throws -> (martlet: MartletServer, port: Int, database: String) {
        let mariadb = try await MariaDBServer.shared()
        let guide = try await GuideFixture.make(in: mariadb, sql: sql)
        try await mariadb.sql(
            "ALTER USER '\(guide.database)'@'%' WITH MAX_USER_CONNECTIONS 4;"
                + "ALTER USER '\(guide.database)'@'localhost' WITH MAX_USER_CONNECTIONS 4;")
        let port = try LoopbackPort.unused()
        let maps = guide.maps(hosts: "127.0.0.1:\(mariadb.port)").merging(files) { $1 }
        let echo = """
            user = \(guide.database)
            password = \(guide.database)
            hosts = 127.0.0.1:\(mariadb.port)
            dbname = \(guide.database)
            query = SELECT '%s'

            """
        let martlet = try await MartletServer.start(
            mainCf: GuideFixture.mainCf + "lookup_service = inet:127.0.0.1:\(port):echo, unix:maps\n"
                + "lookup_service_maps = virtual_alias_maps, virtual_mailbox_domains, virtual_mailbox_maps, "
                + "echo=mysql:$config_directory/echo.cf\n" + mainCf,
            files: maps.merging(["echo.cf": echo]) { $1 })
        return (martlet, port, guide.database)
    }

    private func postmap(
        _ arguments: [String], input: String = "", configuration: TemporaryDirectory
    ) async throws -> CommandResult {
        try await Command.run(
            ["postmap", "-c", configuration.path] + arguments, input: input, environment: ["LANG": "C"])
    }

    private func postfixDirectory() throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory("pmc")
        try directory.write("main.cf", "compatibility_level = 3.6\n")
        try directory.write("master.cf", "")
        return directory
    }

    private static func keys(_ count: Int, _ generator: inout SeededGenerator) -> [String] {
        let parts = [
            "jack", "John", "%", "%41", "@", "ü", "日本", "\u{1}", "\u{7f}", " ", "\t", "'", "\"", "\\", ",",
            ":", "é",
            "example.org", "ß", String(repeating: "long", count: 100),
        ]
        return (0..<count).map { number in
            "k" + (0..<4).map { _ in generator.pick(parts) }.joined() + "\(number)"
        }
    }

    /// Fifty processes of Postfix at once, each with its own connection to Martlet: four to MariaDB.
    @Test func fiftyProcessesOfPostfixShareFourConnections() async throws {
        let (martlet, port, _) = try await setup()
        let directory = try postfixDirectory()
        var generator = SeededGenerator(announcing: "lookup service")
        let keys = Self.keys(200, &generator)
        let input = keys.map { $0 + "\n" }.joined()
        let direct = try await postmap(
            ["-q", "-", "mysql:\(martlet.configDirectory)/echo.cf"], input: input, configuration: directory)
        #expect(direct.standardOutput.split(separator: "\n").count == keys.count, "\(direct.standardError)")
        await withTaskGroup(of: CommandResult?.self) { group in
            for number in 0..<50 {
                let map =
                    number.isMultiple(of: 2)
                    ? "socketmap:inet:127.0.0.1:\(port):echo" : "tcp:127.0.0.1:\(port)"
                group.addTask {
                    try? await postmap(["-q", "-", map], input: input, configuration: directory)
                }
            }
            for await result in group {
                #expect(result?.exitCode == 0, "\(result?.standardError ?? "")")
                #expect(result?.standardError == "")
                #expect(result?.standardOutput == direct.standardOutput)
            }
        }
        #expect(!martlet.log.contains("max_user_connections"))
    }

    /// The same answers through Martlet as from the database itself, key by key.
    @Test(arguments: [
        "socketmap:inet:127.0.0.1:PORT:echo", "tcp:127.0.0.1:PORT", "socketmap:unix:SOCKET:echo",
    ])
    func answersThroughMartletAreThoseOfTheDatabase(map: String) async throws {
        let (martlet, port, _) = try await setup()
        let directory = try postfixDirectory()
        let map = map.replacingOccurrences(of: "PORT", with: "\(port)")
            .replacingOccurrences(of: "SOCKET", with: "\(martlet.queueDirectory)/maps")
        var generator = SeededGenerator(announcing: "through martlet")
        let input = Self.keys(1700, &generator).map { $0 + "\n" }.joined()
        let direct = try await postmap(
            ["-q", "-", "mysql:\(martlet.configDirectory)/echo.cf"], input: input, configuration: directory)
        let served = try await postmap(["-q", "-", map], input: input, configuration: directory)
        #expect(served.standardError == "")
        #expect(served.standardOutput == direct.standardOutput)
        let ours = try await Command.run(
            [BuiltProgram.martlet, "postmap", "-c", directory.path, "-q", "-", map], input: input)
        #expect(ours.standardError == "")
        #expect(ours.standardOutput == direct.standardOutput)
    }

    /// A Postfix whose maps are all Martlet's.
    @Test func aRealPostfixReceivesMailByMartletsMaps() async throws {
        let (martlet, port, _) = try await setup()
        let server = "socketmap:inet:127.0.0.1:\(port)"
        let postfix = try await PostfixServer.start(
            mainCf: """
                virtual_mailbox_domains = \(server):virtual_mailbox_domains
                virtual_mailbox_maps = \(server):virtual_mailbox_maps
                virtual_alias_maps = \(server):virtual_alias_maps
                """)
        func replies() async throws -> [String] {
            let client = try await SMTPClient.connect(port: postfix.port)
            return try await client.pipeline([
                "EHLO c.test", "MAIL FROM:<you@example.com>", "RCPT TO:<john@example.org>",
                "RCPT TO:<JACK@example.org>",
                "RCPT TO:<nobody@example.org>",
            ])
        }
        let served = try await replies()
        #expect(served[2].hasPrefix("250 2.1.5"))
        #expect(served[3].hasPrefix("250 2.1.5"))
        #expect(served[4].hasPrefix("550 5.1.1 <nobody@example.org>"))
        _ = try await Blocking.run { martlet.halt() }
        let alone = try await replies()
        #expect(alone[2].hasPrefix("451 4.3.0"), "\(alone)")
    }

    /// The same connection is answered from what main.cf says now.
    @Test func hangupGivesNewMaps() async throws {
        let (martlet, port, _) = try await setup()
        let stream = try await Blocking.run { AskingStream(try SocketStream(port: port, seconds: 60)) }
        func ask(_ map: String, _ key: String) async throws -> String {
            try await Blocking.run { try stream.ask("\(map) \(key)") }
        }
        #expect(try await ask("virtual_alias_maps", "jack@example.org") == "19:OK john@example.org,")
        #expect(try await ask("fresh", "x").hasSuffix(":PERM no map of lookup_service_maps has this name,"))
        let main = martlet.configDirectory + "/main.cf"
        let text = try String(contentsOfFile: main, encoding: .utf8)
        try (text + "lookup_service_maps = fresh=static:new\n").write(
            toFile: main, atomically: true, encoding: .utf8)
        martlet.reload()
        try await martlet.waitForLog("reload")
        #expect(try await ask("fresh", "x") == "6:OK new,")
        #expect(try await ask("virtual_alias_maps", "jack@example.org").contains(":PERM"))
        // An idle client does not keep the server from stopping.
        let start = ContinuousClock.now
        let code = try await Blocking.run { martlet.halt() }
        #expect(code == 0)
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    @Test func whatMakesNoSenseKeepsTheServerFromStarting() async throws {
        for line in [
            "lookup_service = tcp:inet:2526", "lookup_service_maps = nosuch_maps\nlookup_service = inet:2526",
        ] {
            let scratch = try TemporaryDirectory("bad")
            try scratch.write(
                "main.cf",
                "compatibility_level = 3.6\nqueue_directory = \(scratch.path)/q\nmaillog_file = \(scratch.path)/log\n"
                    + "mail_owner = nobody\n\(line)\n")
            try scratch.write("master.cf", "127.0.0.1:\(try LoopbackPort.unused()) inet n - n - - smtpd\n")
            let result = try await Command.run([BuiltProgram.martlet, "serve", "-c", scratch.path])
            #expect(result.exitCode == 78)
            #expect(result.standardError.contains(line.prefix { $0 != " " }), "\(result.standardError)")
        }
    }
}

/// A socketmap connection, used by one thread after the other.
private final class AskingStream: @unchecked Sendable {
    // The test awaits each question before the next.
    private let stream: SocketStream

    init(_ stream: sending SocketStream) { self.stream = stream }

    func ask(_ content: String) throws -> String {
        try stream.write("\(content.utf8.count):\(content),")
        return try stream.read(through: [UInt8(ascii: ",")]).map { String(decoding: $0, as: UTF8.self) }
            ?? "end"
    }
}
