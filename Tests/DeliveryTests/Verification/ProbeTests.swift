import Foundation
import MailFormat
import NIOCore
import Peers
import Routing
import Testing

@testable import Delivery

/// What agents say to probes, and what goes over the wire for it.
@Suite struct ProbeTests {
    private static let pipelined: [ScriptedServer.Step] = ScriptedServer.greeting
    private static let plain: [ScriptedServer.Step] = [
        .say("220 scripted\r\n"), .hear("LHLO"), .say("250 scripted\r\n"),
    ]

    private static func probe(
        _ agent: any DeliveryAgent, _ route: Route, _ address: String = "jim@x.test"
    ) async throws -> String {
        let recipient = EnvelopeRecipient(address: MailAddress(address), original: MailAddress(address))
        let receipt = await agent.probe(
            DeliveryProbe(route: route, sender: ReversePath("double-bounce@mx.test"), recipient: recipient))
        let outcome = try #require(receipt.outcomes.first)
        #expect(receipt.outcomes.count == 1)
        return "\(outcome.fate) \(outcome.status) \(outcome.reason)"
    }

    private struct Exchange {
        let agent: LMTPAgent
        let server: ScriptedServer
        let directory: TemporaryDirectory
        var route: Route { Route(transport: "lmtp", nextHop: "unix:\(server.path)") }

        init(_ scripts: [[ScriptedServer.Step]], _ change: (inout LMTPSettings) -> Void = { _ in }) throws {
            directory = try TemporaryDirectory("prb")
            server = try ScriptedServer(path: directory.appending("s"), scripts)
            var settings = LMTPSettings(hostname: "mx.test", socketDirectory: directory.path)
            settings.limits.recipient = .seconds(2)
            change(&settings)
            agent = LMTPAgent(settings)
        }

        func probe() async throws -> String {
            try await ProbeTests.probe(agent, route).replacing("[\(server.path)]", with: "[s]")
        }
    }

    @Test(arguments: [true, false])
    func `LMTP is asked up to RCPT, and the connection serves again`(isPipelined: Bool) async throws {
        let script: [ScriptedServer.Step] =
            isPipelined
            ? Self.pipelined + [
                .hear("MAIL"), .hear("RCPT"), .hear("RSET"),
                .say("250 a\r\n250 2.1.5 jim is here\r\n250 c\r\n"), .hear("MAIL"), .hear("RCPT"),
                .hear("RSET"),
                .say("250 a\r\n550 5.1.1 jim has gone\r\n250 c\r\n"),
            ]
            : Self.plain + [
                .hear("MAIL"), .say("250 a\r\n"), .hear("RCPT"), .say("250 2.1.5 jim is here\r\n"),
                .hear("RSET"),
                .say("250 c\r\n"), .hear("MAIL"), .say("250 a\r\n"), .hear("RCPT"),
                .say("550 5.1.1 jim has gone\r\n"),
            ]
        let exchange = try Exchange([script])
        #expect(try await exchange.probe() == "delivered 2.1.5 250 2.1.5 jim is here")
        #expect(
            try await exchange.probe()
                == "failed 5.1.1 host mx.test[s] said: 550 5.1.1 jim has gone (in reply to RCPT TO command)")
        let asked = ["MAIL FROM:<double-bounce@mx.test>", "RCPT TO:<jim@x.test>", "RSET"]
        let lines = exchange.server.lines
        #expect(lines.prefix(6) == (["LHLO mx.test"] + asked + asked.prefix(2))[...])
        await exchange.agent.shutdown()
    }

    @Test func `a probe for DATA ends before any content`() async throws {
        let opening: [ScriptedServer.Step] = Self.pipelined + [.hear("MAIL"), .hear("RCPT"), .hear("DATA")]
        let exchange = try Exchange([
            opening + [.say("250 a\r\n250 b\r\n354 go on\r\n")],
            opening + [.say("250 a\r\n250 b\r\n554 5.7.1 not you\r\n")],
            opening + [.say("250 a\r\n550 5.1.1 nobody\r\n354 go on\r\n")],
        ]) { $0.probesData = true }
        #expect(try await exchange.probe() == "delivered 2.0.0 354 go on")
        #expect(
            try await exchange.probe()
                == "failed 5.7.1 host mx.test[s] said: 554 5.7.1 not you (in reply to DATA command)")
        #expect(
            try await exchange.probe()
                == "failed 5.1.1 host mx.test[s] said: 550 5.1.1 nobody (in reply to RCPT TO command)")
        await exchange.agent.shutdown()
        #expect(exchange.server.lines.count { $0 == "DATA" } == 3)
        #expect(exchange.server.lines.allSatisfy { $0 != "RSET" && !$0.hasPrefix("Subject") })
    }

    @Test(
        arguments: [
            (
                [.say("421 4.3.2 busy\r\n")],
                "deferred 4.3.2 host mx.test[s] refused to talk to me: 421 4.3.2 busy"
            ),
            (
                ScriptedServer.greeting + [.hear("RCPT"), .hangUp],
                "deferred 4.4.2 lost connection with mx.test[s] while sending MAIL FROM"
            ),
            (
                ScriptedServer.greeting + [.hear("RCPT"), .say("250 a\r\n")],
                "deferred 4.4.2 conversation with mx.test[s] timed out while sending RCPT TO"
            ),
            (
                ScriptedServer.greeting + [.hear("RCPT"), .say("250 a\r\n452 4.2.2 full\r\n250 c\r\n")],
                "deferred 4.2.2 host mx.test[s] said: 452 4.2.2 full (in reply to RCPT TO command)"
            ),
            (
                ScriptedServer.greeting + [.hear("RSET"), .say("451 no\r\n503 b\r\n250 c\r\n")],
                "deferred 4.0.0 host mx.test[s] said: 451 no (in reply to MAIL FROM command)"
            ),
        ] as [([ScriptedServer.Step], String)])
    func `trouble with the server is temporary`(script: [ScriptedServer.Step], answer: String) async throws {
        let exchange = try Exchange([script])
        #expect(try await exchange.probe() == answer)
        await exchange.agent.shutdown()
    }

    @Test func `a server that is not there is trouble of the destination`() async throws {
        let agent = LMTPAgent(LMTPSettings(hostname: "mx.test", socketDirectory: "/nonexistent"))
        let address = MailAddress("a@x.test")
        let receipt = await agent.probe(
            DeliveryProbe(
                route: Route(transport: "lmtp", nextHop: "unix:gone"), sender: .null,
                recipient: EnvelopeRecipient(address: address, original: address)))
        #expect(receipt.destinationTrouble != nil)
        #expect(receipt.outcomes.first?.fate == .deferred)
    }

    @Test(arguments: [
        ("error", "5.7.9 not here", "failed 5.7.9 not here"), ("error", "", "failed 5.0.0 mail is not taken"),
        ("retry", "4.3.9 later", "deferred 4.3.9 later"),
        ("discard", "", "delivered 2.0.0 mail is discarded"),
        (
            "smtp", "x.test",
            "deferred 4.3.5 no delivery agent for transport smtp: Martlet does not send mail to other servers yet"
        ),
    ])
    func `transports without a server answer at once`(
        transport: String, nextHop: String, answer: String
    ) async throws {
        let route = Route(transport: transport, nextHop: nextHop)
        #expect(try await Self.probe(AgentRegistry([:])[transport], route) == answer)
    }

    @Test func `what cannot be a command is never sent`() async throws {
        let exchange = try Exchange([Self.pipelined])
        let answer = try await Self.probe(exchange.agent, exchange.route, "a\r\nDATA@x.test")
        #expect(answer == "failed 5.1.3 bad recipient address: it holds control characters")
        #expect(exchange.server.lines == ["LHLO mx.test"])
        await exchange.agent.shutdown()
    }
}
