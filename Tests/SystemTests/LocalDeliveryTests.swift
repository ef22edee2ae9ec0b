import Foundation
import Peers
import Testing

/// The program's own delivery to aliases and users of the machine, with the rights that it has kept.
@Suite struct LocalDeliveryTests {
    /// - Parameter isUnprivileged: somebody else than root starts it, even where root runs the tests.
    private static func server(
        _ directory: TemporaryDirectory, _ aliases: String, _ more: String = "", isUnprivileged: Bool = false
    ) async throws -> (MartletServer, LMTPSink) {
        let changesUser = isUnprivileged && getuid() == 0
        let sink = try LMTPSink(path: directory.appending("s"))
        try directory.write("aliases", aliases)
        let server = try await MartletServer.start(
            mainCf: """
                myorigin = here.test
                mydestination = here.test
                local_recipient_maps = unix:passwd.byname $alias_maps
                alias_maps = texthash:\(directory.path)/aliases
                default_transport = lmtp:unix:\(sink.path)
                \(more)
                """,
            command: (changesUser ? ["setpriv", "--reuid=mail", "--regid=mail", "--clear-groups"] : [])
                + [BuiltProgram.martlet],
            prepare: { directory in
                if changesUser { try Root.run("chown -R mail:mail '\(directory.path)'") }
            })
        return (server, sink)
    }

    private static func send(_ server: MartletServer, to recipient: String) async throws -> [String] {
        let client = try await SMTPClient.connect(port: server.port)
        _ = try await client.command("EHLO client.test")
        return try await client.sendMail(
            from: "s@far.test", to: [recipient], content: "Subject: x\r\n\r\nhello\r\n")
    }

    @Test func `an alias's members survive a crash, and each gets the mail once`() async throws {
        let directory = try TemporaryDirectory("sys")
        let (server, sink) = try await Self.server(directory, "team one@far.test, two@far.test\n")
        let replies = try await Self.send(server, to: "team@here.test")
        #expect(replies.last?.hasPrefix("250") == true)
        try await server.waitForLog("status=sent (forwarded as ")
        server.crash()
        try server.resume()
        _ = try await sink.messages(count: 1)
        try await server.waitForLog(": removed")
        #expect(sink.messages.allSatisfy { $0.content.contains("Delivered-To: team@here.test\r\n") })
        #expect(Set(sink.messages.flatMap(\.recipients)) == ["one@far.test", "two@far.test"])
        server.halt()
    }

    @Test func `what the server may not do waits, and the log names the cure`() async throws {
        let directory = try TemporaryDirectory("sys")
        let (server, _) = try await Self.server(
            directory, "program \"|/bin/true\"\n", "mail_spool_directory = \(directory.path)\nforward_path =",
            isUnprivileged: true)
        // A user whom the server never runs as.
        _ = try await Self.send(server, to: "nobody@here.test")
        try await server.waitForLog("set mailbox_transport to an LMTP server")
        _ = try await Self.send(server, to: "program@here.test")
        try await server.waitForLog("a server that root has not started runs no commands")
        server.halt()
    }

    @Test func `explain follows local aliases to the mailbox`() async throws {
        let directory = try TemporaryDirectory("sys")
        let (server, sink) = try await Self.server(
            directory, "team nobody, one@far.test\n",
            "forward_path =\nmailbox_transport = lmtp:unix:\(directory.path)/s")
        let result = try await server.command(["explain", "team@here.test"])
        // It has a socket for as long as it is there, and explain looks for that.
        withExtendedLifetime(sink) {}
        #expect(result.exitCode == 0)
        #expect(result.standardOutput.contains("alias_maps"))
        #expect(result.standardOutput.contains("├─ nobody@here.test"))
        #expect(result.standardOutput.contains("└─ one@far.test"))
        #expect(result.standardOutput.contains("handed to lmtp:unix:\(directory.path)/s"))
        server.halt()
    }
}
