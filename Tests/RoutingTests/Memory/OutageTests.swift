import LookupTables
import MailFormat
import Peers
import PostfixConfig
import Routing
import Synchronization
import Testing

/// Maps of one server that can be stopped: `server:aliases`, `server:mailboxes`, ….
private final class StoppableServer: TableDriver {
    let type = "server"
    private let rows: [String: [String: String]]
    private let isStopped = Atomic(false)

    init(_ rows: [String: [String: String]]) { self.rows = rows }

    func stop() { isStopped.store(true, ordering: .relaxed) }
    func start() { isStopped.store(false, ordering: .relaxed) }

    func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        Table(name: "server:\(name)", rows: rows[name] ?? [:], server: self)
    }

    private struct Table: LookupTable {
        let name: String
        let rows: [String: String]
        let server: StoppableServer
        var keys: LookupKeys { .fixed }

        func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
            if server.isStopped.load(ordering: .relaxed) {
                throw LookupFailure(table: name, cause: .unavailable, reason: "away")
            }
            return rows[key.lowercased()]
        }
    }
}

@Suite struct OutageTests {
    private struct Outcome: Equatable, CustomStringConvertible {
        let reply: String
        let routes: [String]
        var isAccepted: Bool { reply.hasPrefix("250") }
        var description: String { "\(reply) \(routes)" }
    }

    /// As RCPT TO and, for what is accepted, as the queue asks.
    private func ask(_ router: Router, _ recipient: String) async -> Outcome {
        let address = MailAddress(recipient)
        let trail = router.trail()
        defer { trail?.correct() }
        do {
            let destination = try await router.destination(of: address, trail: trail)
            switch await router.verdict(on: address, at: destination, trail: trail) {
            case .accepted(let finals):
                trail?.keep()
                var routes: [String] = []
                for final in finals {
                    routes.append("\(try await router.route(for: final.address, from: .null))")
                }
                return Outcome(
                    reply: "250 " + finals.map(\.address.text).joined(separator: " "), routes: routes)
            case .rejected(let reply), .deferred(let reply, _):
                return Outcome(reply: reply.text, routes: [])
            }
        } catch {
            return Outcome(reply: "451 4.3.0 <\(address.text)>: Temporary lookup failure", routes: [])
        }
    }

    private func router(_ server: StoppableServer, _ values: [String: String]) throws -> Router {
        var values = values
        values["myhostname"] = "mx.here.test"
        values["recipient_delimiter"] = "+"
        values["local_recipient_maps"] = ""
        // Loops of aliases are found soon.
        values["virtual_alias_expansion_limit"] = "20"
        values["virtual_alias_recursion_limit"] = "10"
        let configuration = try Configuration(directory: "/nonexistent", values: values)
        let memory = AnswerMemory()
        memory.setLimits(configuration)
        let opener = TableOpener(configuration: configuration, drivers: [server], memory: memory)
        return Router(
            settings: RoutingSettings(configuration),
            tables: RoutingTables(configuration, opener: opener), logger: LogRecorder().logger("smtpd"))
    }

    /// Random setups, a part of whose addresses are seen: with the server stopped, each of these has the very outcome that it
    /// had, and every other is deferred.
    @Test func whoWasSeenGetsTheSameAsBeforeAndOthersWait() async throws {
        var random = SeededGenerator(announcing: "whoWasSeenGetsTheSameAsBeforeAndOthersWait")
        let domains = ["a.test", "b.test", "alias.test", "relay.test", "foreign.test"]
        let users = ["ann", "bob", "eve", "joe", "ann+x", "bob+y", "Zoe"]
        let addresses = domains.flatMap { domain in users.map { "\($0)@\(domain)" } }
        var accepted = 0
        for _ in 0..<30 {
            func pick(_ percent: Int, _ from: [String], _ value: (String) -> String) -> [String: String] {
                var rows: [String: String] = [:]
                for key in from where random.chance(percent) { rows[key.lowercased()] = value(key) }
                return rows
            }
            var aliases = pick(12, addresses) { _ in
                (0...Int.random(in: 0...2, using: &random)).map { _ in random.pick(addresses) }
                    .joined(separator: ",")
            }
            for domain in domains where random.chance(20) { aliases["@\(domain)"] = random.pick(addresses) }
            let server = StoppableServer([
                "aliases": aliases,
                "mailboxes": pick(50, addresses) { _ in "x" },
                "domains": pick(80, ["a.test", "b.test"]) { _ in "x" },
                "relays": pick(80, ["relay.test"]) { _ in "x" },
                "relayed": pick(50, addresses) { _ in "x" },
                "transports": pick(15, addresses + domains) { _ in
                    random.pick(["smtp:[x.test]", "lmtp:y", ":", "retry:4.0.0 later"])
                },
            ])
            let router = try router(
                server,
                [
                    "virtual_alias_maps": "server:aliases", "virtual_mailbox_maps": "server:mailboxes",
                    "virtual_mailbox_domains": "server:domains", "relay_domains": "server:relays",
                    "virtual_alias_domains": "alias.test",
                    "relay_recipient_maps": random.chance(50) ? "server:relayed" : "",
                    "transport_maps": "server:transports",
                    "virtual_catchall_after_mailboxes": random.chance(30) ? "yes" : "no",
                ])
            var seen: [String: Outcome] = [:]
            for address in addresses where random.chance(40) { seen[address] = await ask(router, address) }
            server.stop()
            for address in addresses.shuffled(using: &random) {
                let now = await ask(router, address)
                if let before = seen[address], before.isAccepted {
                    #expect(now == before, "\(address)")
                    accepted += 1
                } else {
                    #expect(!now.reply.hasPrefix("5"), "\(address): \(now)")
                }
            }
            server.start()
            for (address, before) in seen { #expect(await ask(router, address) == before, "\(address)") }
        }
        #expect(accepted > 100)
    }

    private static let setup = [
        "virtual_alias_maps": "server:aliases", "virtual_mailbox_maps": "server:mailboxes",
        "virtual_mailbox_domains": "server:domains",
    ]

    @Test func anAddressThatWasNotSeenIsDeferred() async throws {
        let server = StoppableServer([
            "mailboxes": ["ann@a.test": "x", "bob@a.test": "x"], "domains": ["a.test": "x"],
            "aliases": ["joe@a.test": "ann@a.test"],
        ])
        let router = try router(server, Self.setup)
        for address in ["joe@a.test", "nobody@a.test"] { _ = await ask(router, address) }
        server.stop()
        // Ann was seen as the one whom Joe's mail goes to.
        #expect(await ask(router, "ann@a.test").reply == "250 ann@a.test")
        #expect(await ask(router, "joe@a.test").reply == "250 ann@a.test")
        for other in ["bob@a.test", "nobody@a.test", "ann+tag@a.test", "x@foreign.test"] {
            #expect(await ask(router, other).reply == "451 4.3.0 <\(other)>: Temporary lookup failure")
        }
    }

    @Test func whetherASenderIsListedIsNotAnsweredFromMemory() async throws {
        let server = StoppableServer(["mailboxes": ["ann@a.test": "x"], "domains": ["a.test": "x"]])
        let router = try router(server, Self.setup)
        #expect(await ask(router, "ann@a.test").isAccepted)
        server.stop()
        // The question about a sender is put without a trail.
        await #expect(throws: LookupFailure.self) {
            try await router.destination(of: MailAddress("ann@a.test"))
        }
    }

    @Test func explainShowsWhatCameFromMemory() async throws {
        let server = StoppableServer(["mailboxes": ["ann@a.test": "x"], "domains": ["a.test": "x"]])
        let router = try router(server, Self.setup)
        #expect(await ask(router, "ann@a.test").isAccepted)
        server.stop()
        let record = RoutingRecord()
        let trail = router.trail()
        let destination = try await router.destination(
            of: MailAddress("ann@a.test"), observer: record, trail: trail)
        _ = await router.verdict(
            on: MailAddress("ann@a.test"), at: destination, observer: record, trail: trail)
        var questions: [Question] = []
        for case .asked(let question) in record.steps { questions.append(question) }
        #expect(questions.count >= 4)
        #expect(questions.allSatisfy { $0.memory?.failure?.reason == "away" })
    }
}
