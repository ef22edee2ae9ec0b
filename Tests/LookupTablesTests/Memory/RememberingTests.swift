import LookupTables
import Peers
import PostfixConfig
import Synchronization
import Testing

/// A server with one table, `server:NAME`, that a test fills, stops and starts.
final class ScriptedServer: TableDriver {
    let type = "server"
    private let state = Mutex(State())

    struct State {
        var rows: [String: String] = [:]
        var failure: LookupFailure.Cause?
        var asked = 0
        /// What a map's definition says beside its name.
        var settings = "1"
    }

    init(_ rows: [String: String] = [:]) { state.withLock { $0.rows = rows } }

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }
    func stop(_ cause: LookupFailure.Cause = .unavailable) { change { $0.failure = cause } }
    func start() { change { $0.failure = nil } }
    var asked: Int { state.withLock(\.asked) }

    func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        opener.defines(state.withLock(\.settings))
        return Table(name: "server:\(name)", server: self)
    }

    struct Table: LookupTable {
        let name: String
        let server: ScriptedServer
        var keys: LookupKeys { .fixed }

        func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
            let answer: Result<String?, LookupFailure> = server.state.withLock { state in
                state.asked += 1
                if let cause = state.failure {
                    return .failure(LookupFailure(table: name, cause: cause, reason: "away"))
                }
                return .success(state.rows[key.lowercased()])
            }
            observer?.asked(statement: key, host: "server", duration: .zero)
            return try answer.get()
        }
    }
}

@Suite struct RememberingTests {
    private struct Setup {
        let server: ScriptedServer
        let memory = AnswerMemory()
        let log = LogRecorder()
        let values: [String: String]

        init(_ rows: [String: String] = ["john": "one"], _ values: [String: String] = [:]) {
            server = ScriptedServer(rows)
            self.values = values
        }

        func list(_ parameter: String = "virtual_mailbox_maps", map: String = "server:m") throws -> TableList
        {
            let configuration = try Configuration(directory: "/nonexistent", values: values)
            memory.setLimits(configuration)
            let opener = TableOpener(
                configuration: configuration, drivers: [server], memory: memory, logger: log.logger("smtpd"))
            return opener.list(parameter, of: [map])
        }
    }

    /// Looks a key up as a part of an address that turns out good.
    private func see(_ list: TableList, _ keys: String...) async throws {
        let trail = list.trail()
        for key in keys { _ = try await list.lookup(key, trail: trail) }
        trail?.keep()
    }

    @Test func inAnOutageTheAnswersOfGoodAddressesCount() async throws {
        let setup = Setup()
        let list = try setup.list()
        try await see(list, "john", "none")
        setup.server.stop()
        let trail = list.trail()
        #expect(try await list.lookup("JOHN", trail: trail) == "one", "without case, as tables are asked")
        #expect(
            try await list.lookup("none", trail: trail) == nil, "that it is not there was remembered as well")
        #expect(trail?.substitution?.failure.reason == "away")
        await #expect(throws: LookupFailure.self) { try await list.lookup("jane", trail: trail) }
        // The database counts again as soon as it is there.
        setup.server.change {
            $0.failure = nil
            $0.rows = [:]
        }
        #expect(try await list.lookup("john", trail: list.trail()) == nil)
    }

    @Test func anAddressThatIsNotFoundGoodIsNotRemembered() async throws {
        let setup = Setup()
        let list = try setup.list()
        let trail = list.trail()
        #expect(try await list.lookup("john", trail: trail) == "one")
        trail?.correct()
        setup.server.stop()
        await #expect(throws: LookupFailure.self) { try await list.lookup("john", trail: list.trail()) }
    }

    @Test func aRowThatWasRemovedIsForgottenByThoseWhoAskInVain() async throws {
        let setup = Setup()
        let list = try setup.list()
        try await see(list, "john")
        setup.server.change { $0.rows = [:] }
        let refused = list.trail()
        #expect(try await list.lookup("john", trail: refused) == nil)
        refused?.correct()
        setup.server.stop()
        #expect(try await list.lookup("john", trail: list.trail()) == nil)
    }

    @Test(arguments: [LookupFailure.Cause.statement, .result, .configuration])
    func onlyAnOutageIsAnsweredFromMemory(cause: LookupFailure.Cause) async throws {
        let setup = Setup()
        let list = try setup.list()
        try await see(list, "john")
        setup.server.stop(cause)
        let failure = await #expect(throws: LookupFailure.self) {
            try await list.lookup("john", trail: list.trail())
        }
        #expect(failure?.cause == cause)
    }

    @Test(arguments: [
        "smtpd_sender_login_maps", "check_sender_access", "mynetworks", "smtpd_sasl_local_domain",
        "relay_clientcerts", "a_parameter_of_tomorrow",
    ])
    func parametersThatMayDecideWhoSendsRememberNothing(parameter: String) async throws {
        let setup = Setup(["john": "one"], ["lookup_cache_ttl": "1h"])
        // The same map is remembered for another parameter.
        let mailboxes = try setup.list("virtual_mailbox_maps")
        try await see(mailboxes, "john")
        let list = try setup.list(parameter)
        #expect(list.trail() == nil)
        let trail = mailboxes.trail()
        #expect(try await list.lookup("john", trail: trail) == "one")
        #expect(try await list.lookup("john", trail: trail) == "one")
        #expect(setup.server.asked == 3, "nor are answers used again")
        setup.server.stop()
        await #expect(throws: LookupFailure.self) { try await list.lookup("john", trail: trail) }
    }

    @Test func aLookupWithoutATrailNeverUsesMemory() async throws {
        let setup = Setup()
        let list = try setup.list()
        try await see(list, "john")
        setup.server.stop()
        await #expect(throws: LookupFailure.self) { try await list.lookup("john") }
    }

    @Test func zeroTurnsItOff() async throws {
        let setup = Setup(["john": "one"], ["lookup_stale_ttl": "0"])
        let list = try setup.list()
        #expect(list.trail() == nil)
        try await see(list, "john")
        setup.server.stop()
        await #expect(throws: LookupFailure.self) { try await list.lookup("john", trail: list.trail()) }
    }

    @Test func anAnswerCountsForItsTimeOnly() async throws {
        let setup = Setup(["john": "one"], ["lookup_stale_ttl": "1s"])
        let list = try setup.list()
        try await see(list, "john")
        setup.server.stop()
        #expect(try await list.lookup("john", trail: list.trail()) == "one")
        #expect(
            await Eventually.holds(every: .milliseconds(100)) {
                (try? await list.lookup("john", trail: list.trail())) == nil
            })
    }

    @Test func readingTheConfigurationAgainForgetsOnlyMapsThatChanged() async throws {
        let setup = Setup()
        let before = try setup.list()
        try await see(before, "john")
        setup.server.stop()
        let same = try setup.list()
        #expect(try await same.lookup("john", trail: same.trail()) == "one")
        let other = try setup.list(map: "server:other")
        await #expect(throws: LookupFailure.self) { try await other.lookup("john", trail: other.trail()) }
        setup.server.change { $0.settings = "2" }
        let changed = try setup.list()
        await #expect(throws: LookupFailure.self) { try await changed.lookup("john", trail: changed.trail()) }
        withExtendedLifetime((before, same)) {}
    }

    @Test func answersAreUsedAgainForTheirTimeWhereTheOperatorSaysSo() async throws {
        let setup = Setup(["john": "one"], ["lookup_cache_ttl": "1s", "lookup_stale_ttl": "0"])
        let list = try setup.list()
        for _ in 0..<5 {
            #expect(try await list.lookup("john") == "one")
            #expect(try await list.lookup("none") == nil)
        }
        #expect(setup.server.asked == 2)
        setup.server.change { $0.rows = ["none": "new"] }
        #expect(
            try await Eventually.holds(every: .milliseconds(100)) { try await list.lookup("none") == "new" })
        #expect(try await list.lookup("john") == nil)
    }

    @Test func byDefaultEveryLookupAsks() async throws {
        let setup = Setup()
        let list = try setup.list()
        for _ in 0..<5 { try await see(list, "john", "none") }
        #expect(setup.server.asked == 10)
    }

    @Test func theObserverLearnsWhatCameFromMemory() async throws {
        final class Observer: LookupObserver {
            let told = Mutex<[String?]>([])
            func asked(statement: String, host: String, duration: Duration) {}
            func remembered(age: Duration, because failure: LookupFailure?) {
                told.withLock { $0.append(failure?.reason) }
            }
        }
        let setup = Setup(["john": "one"], ["lookup_cache_ttl": "1h"])
        let list = try setup.list()
        try await see(list, "john")
        let cached = Observer()
        _ = try await list.lookup("john", observer: cached)
        #expect(cached.told.withLock { $0 } == [nil])
        let uncached = Setup()
        let stale = try uncached.list()
        try await see(stale, "john")
        uncached.server.stop()
        let observer = Observer()
        _ = try await stale.lookup("john", observer: observer, trail: stale.trail())
        #expect(observer.told.withLock { $0 } == ["away"])
    }

    @Test func theLogTellsWhenAnOutageBeginsAndEnds() async throws {
        let setup = Setup(["john": "one", "jane": "two"])
        let list = try setup.list()
        try await see(list, "john", "jane")
        setup.server.stop()
        for _ in 0..<100 {
            _ = try await list.lookup("john", trail: list.trail())
            _ = try? await list.lookup("nobody", trail: list.trail())
        }
        #expect(
            setup.log.lines == [
                "smtpd: warning: server:m: no server can be asked, so \"john\" is answered as it was 0s ago: away"
            ])
        setup.server.start()
        #expect(try await list.lookup("nobody", trail: list.trail()) == nil)
        #expect(setup.log.lines.count == 1, "that a key is not there may be known without the server")
        #expect(try await list.lookup("jane", trail: list.trail()) == "two")
        #expect(
            setup.log.lines.last
                == "smtpd: server:m: answers again after 0s: 100 answers came from memory, 100 lookups failed"
        )
        _ = try await list.lookup("jane", trail: list.trail())
        #expect(setup.log.lines.count == 2)
    }
}
