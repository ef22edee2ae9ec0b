import NIOCore
import NIOPosix
import Peers
import Testing

@testable import Reception

/// What keeps one client from hurting the others, and how the server stops.
@Suite struct SessionLimitTests {
    @Test func aSilentClientIsSentAway() async throws {
        try await TestServer.run(["smtpd_timeout": "1s"]) { server in
            let client = try await server.connect()
            // Says nothing at all: whatever it said might come too late.
            #expect(try await client.readReply() == "421 4.4.2 mx.example.test Error: timeout exceeded")
            #expect(try await client.readReply() == nil)
            #expect(await server.logged("smtpd: timeout after CONNECT from localhost[127.0.0.1]"))
        }
    }

    @Test func timeInWhichTheServerWorksIsNotTheClients() async throws {
        try await TestServer.run([
            "smtpd_timeout": "5s", "smtpd_soft_error_limit": "1", "smtpd_error_sleep_time": "8s",
        ]) { server in
            let client = try await server.connect()
            #expect(try await client.command("FOO") == "500 5.5.2 Error: command not recognized")
            #expect(try await client.command("NOOP") == "250 2.0.0 Ok")
            #expect(try await client.readReply() == "421 4.4.2 mx.example.test Error: timeout exceeded")
        }
    }

    @Test func sessionsOfOneClientAreLimited() async throws {
        try await TestServer.run([
            "smtpd_client_connection_count_limit": "2", "smtpd_client_event_limit_exceptions": "",
        ]) { server in
            let first = try await server.connect()
            let second = try await server.connect()
            let third = try await server.connect()
            #expect(third.greeting == "421 4.7.0 mx.example.test Error: too many connections from 127.0.0.1")
            #expect(try await third.readReply() == nil)
            #expect(try await first.command("QUIT") == "221 2.0.0 Bye")
            #expect(try await second.command("NOOP") == "250 2.0.0 Ok")
            #expect(
                await server.logged(
                    "smtpd: warning: Connection concurrency limit exceeded: 3 from localhost[127.0.0.1] for service smtp"
                ))
        }
    }

    @Test func exceptionsHaveNoLimit() async throws {
        try await TestServer.run([
            "smtpd_client_connection_count_limit": "1", "smtpd_client_event_limit_exceptions": "127.0.0.0/8",
        ]) { server in
            let first = try await server.connect()
            let second = try await server.connect()
            #expect(second.greeting.hasPrefix("220"))
            #expect(try await first.command("NOOP").hasPrefix("250"))
        }
    }

    @Test func clientsBeyondTheLimitAreGreetedWhenOthersHaveLeft() async throws {
        try await TestServer.run(sessions: 2) { server in
            let first = try await server.connect()
            let second = try await server.connect()
            let others = (0..<20).map { _ in
                Task {
                    let client = try await server.connect()
                    return [client.greeting, try await client.command("QUIT")]
                }
            }
            try await Task.sleep(for: .milliseconds(300))
            #expect(server.log.lines.count { $0.hasPrefix("smtpd: connect from") } == 2)
            #expect(try await second.command("NOOP") == "250 2.0.0 Ok")
            _ = try await first.command("QUIT")
            _ = try await second.command("QUIT")
            for other in others {
                #expect(try await other.value == ["220 mx.example.test ESMTP Postfix", "221 2.0.0 Bye"])
            }
        }
    }

    @Test func whoWaitsForASessionDoesNotKeepTheServerFromStopping() async throws {
        try await TestServer.run(sessions: 1) { server in
            let first = try await server.connect()
            let others = (0..<5).map { _ in Task { try await server.connect() } }
            try await Task.sleep(for: .milliseconds(300))
            await server.group.triggerGracefulShutdown()
            #expect(try await first.readReply()?.hasPrefix("421") == true)
            for other in others { _ = await other.result }
        }
    }

    @Test func cancellingEndsSessionsAndThoseThatWait() async throws {
        let log = LogRecorder()
        let service = try TestServer.service([:], MemoryIntake(), log)
        let server = try await SMTPServer.bind(
            [Listener(host: "127.0.0.1", port: 0, limits: [SessionLimit(1)]) { service }],
            on: .singletonMultiThreadedEventLoopGroup, names: ClientNames(),
            logger: log.logger("master"))
        let running = Task { try await server.run() }
        let port = try #require(server.addresses.first?.port)
        let first = try await SMTPClient.connect(port: port)
        let others = (0..<5).map { _ in Task { try await SMTPClient.connect(port: port) } }
        try await Task.sleep(for: .milliseconds(300))
        running.cancel()
        _ = await running.result
        _ = try? await first.readReply()
        for other in others { _ = await other.result }
    }

    @Test func errorsSlowTheSessionDown() async throws {
        try await TestServer.run(["smtpd_soft_error_limit": "1", "smtpd_error_sleep_time": "1s"]) { server in
            let client = try await server.connect()
            let clock = ContinuousClock()
            let slow = try await clock.measure { _ = try await client.command("FOO") }
            #expect(slow >= .milliseconds(900))
        }
    }

    @Test func fiftyClientsPipelineAtOnce() async throws {
        try await TestServer.run { server in
            try await withThrowingTaskGroup(of: [String].self) { group in
                for number in 0..<50 {
                    group.addTask {
                        let client = try await server.connect()
                        var replies = try await client.pipeline(
                            ["EHLO c\(number)", "MAIL FROM:<a@b.test>"]
                                + (0..<100).map { "RCPT TO:<u\($0)@example.com>" } + ["DATA"])
                        replies += try await client.send(Array("x\r\n.\r\n".utf8), replies: 1)
                        return replies
                    }
                }
                for try await replies in group {
                    #expect(replies[2..<102].allSatisfy { $0 == "250 2.1.5 Ok" })
                    #expect(replies.last?.hasPrefix("250 2.0.0 Ok: queued as") == true)
                }
            }
            #expect(server.intake.messages.count == 50)
            #expect(server.intake.messages.allSatisfy { $0.envelope.recipients.count == 100 })
        }
    }

    @Test func newSessionsObeyWhatWasReadAgain() async throws {
        try await TestServer.run { server in
            let before = try await server.connect()
            try server.reload(["smtpd_banner": "changed ESMTP"])
            let after = try await server.connect()
            #expect(before.greeting == "220 mx.example.test ESMTP Postfix")
            #expect(after.greeting == "220 changed ESMTP")
        }
    }

    @Test func stoppingLetsMessagesFinish() async throws {
        try await TestServer.run { server in
            let idle = try await server.connect()
            let busy = try await server.connect()
            _ = try await busy.pipeline(["MAIL FROM:<a@b.test>", "RCPT TO:<u@example.com>", "DATA"])
            await server.group.triggerGracefulShutdown()
            #expect(
                try await idle.readReply() == "421 4.3.2 mx.example.test Service unavailable: shutting down")
            let replies = try await busy.send(Array("x\r\n.\r\n".utf8), replies: 2)
            #expect(replies[0].hasPrefix("250 2.0.0 Ok: queued as"))
            #expect(replies[1].hasPrefix("421 4.3.2"))
            #expect(server.intake.messages.count == 1)
        }
    }

    @Test func aPortInUseIsNamed() async throws {
        try await TestServer.run { server in
            do {
                let service = try TestServer.service([:], server.intake, server.log)
                _ = try await SMTPServer.bind(
                    [Listener(host: "127.0.0.1", port: server.port) { service }],
                    on: .singletonMultiThreadedEventLoopGroup, names: ClientNames(),
                    logger: server.log.logger("master"))
                Issue.record("bound twice")
            } catch let failure as ListenFailure {
                #expect(failure.port == server.port)
                #expect(failure.description.contains("127.0.0.1:\(server.port)"))
            }
        }
    }
}
