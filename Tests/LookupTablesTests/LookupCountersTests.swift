import LookupTables
import Metrics
import MetricsTestKit
import PostfixConfig
import Testing

/// The process has one metrics backend; each test counts under names of its own.
private let metrics: TestMetrics = {
    let metrics = TestMetrics()
    MetricsSystem.bootstrap(metrics)
    return metrics
}()

@Suite struct LookupCountersTests {
    private func count(_ label: String, _ map: String) throws -> Int64 {
        try metrics.expectCounter(label, [("map", map), ("type", "server")]).totalValue
    }

    @Test func everyLookupIsCountedOnceAndByItsEnd() async throws {
        _ = metrics
        let server = ScriptedServer(["john": "x"])
        let memory = AnswerMemory()
        let configuration = try Configuration(directory: "/nonexistent", values: [:])
        memory.setLimits(configuration)
        let opener = TableOpener(configuration: configuration, drivers: [server], memory: memory)
        let list = opener.list("virtual_mailbox_maps", of: ["server:counted"])
        let trail = list.trail()
        for key in ["john", "jane", "john"] { _ = try await list.lookup(key, trail: trail) }
        trail?.keep()
        server.stop()
        for key in ["john", "jane", "nobody"] { _ = try? await list.lookup(key, trail: list.trail()) }
        #expect(try count("martlet_lookups", "server:counted") == 6)
        #expect(try count("martlet_lookups_found", "server:counted") == 3)
        #expect(try count("martlet_lookups_not_found", "server:counted") == 2)
        #expect(try count("martlet_lookup_failures", "server:counted") == 3)
        #expect(try count("martlet_lookup_stale_answers", "server:counted") == 2)
        #expect(try count("martlet_lookup_cache_hits", "server:counted") == 0)
    }

    @Test func answersThatAreUsedAgainAreCounted() async throws {
        _ = metrics
        let configuration = try Configuration(
            directory: "/nonexistent", values: ["lookup_cache_ttl": "1h"])
        let memory = AnswerMemory()
        memory.setLimits(configuration)
        let opener = TableOpener(
            configuration: configuration, drivers: [ScriptedServer(["john": "x"])], memory: memory)
        let list = opener.list("virtual_alias_maps", of: ["server:cached"])
        for _ in 0..<5 { _ = try await list.lookup("john") }
        #expect(try count("martlet_lookups", "server:cached") == 5)
        #expect(try count("martlet_lookups_found", "server:cached") == 5)
        #expect(try count("martlet_lookup_cache_hits", "server:cached") == 4)
    }

    @Test func tablesOfParametersThatRememberNothingAreCountedToo() async throws {
        _ = metrics
        let configuration = try Configuration(directory: "/nonexistent", values: [:])
        let opener = TableOpener(configuration: configuration, drivers: [ScriptedServer()])
        let list = opener.list("smtpd_sender_login_maps", of: ["server:logins"])
        _ = try await list.lookup("john")
        #expect(try count("martlet_lookups", "server:logins") == 1)
        #expect(try count("martlet_lookups_not_found", "server:logins") == 1)
    }
}
