import LookupTables
import Peers
import Synchronization
import Testing

@testable import NetworkTables

/// memcached in front of another map, or alone.
@Suite struct MemcacheTests {
    @Test func whatTheBackupKnowsIsFoundInTheCacheNextTime() async throws {
        let opening = try Opening()
        let server = try await MemcachedServer.start()
        let place = "memcache = inet:127.0.0.1:\(server.port)\nkey_format = t:%s\n"
        let full = try opening.memcache(place + "backup = inline:{a@b=one}")
        #expect(await Outcome.of("A@B", in: full) == .found("one"))
        #expect(await Outcome.of("x@y", in: full) == .absent)
        let alone = try opening.memcache(place)
        #expect(await Outcome.of("a@b", in: alone) == .found("one"))
        #expect(await Outcome.of("x@y", in: alone) == .absent)
        #expect(opening.log.messages.isEmpty)
    }

    @Test func withoutTheCacheTheBackupAnswersAndTheLogSaysSo() async throws {
        let opening = try Opening()
        let place = "memcache = inet:127.0.0.1:\(try LoopbackPort.unused())\n"
        let table = try opening.memcache(place + "backup = inline:{a=one}")
        #expect(await Outcome.of("a", in: table) == .found("one"))
        #expect(await Outcome.of("b", in: table) == .absent)
        let line = try #require(opening.log.lines.first)
        #expect(line.hasPrefix("postmap: warning: memcache:"))
        #expect(line.contains("Connection refused; asking inline:{a=one} instead"))
        let broken = try opening.memcache(place + "backup = tcp:127.0.0.1:\(try LoopbackPort.unused())")
        guard case .failed = await Outcome.of("a", in: broken) else {
            Issue.record("answered")
            return
        }
    }

    @Test func theEntriesAreThoseOfTheBackup() async throws {
        let opening = try Opening()
        let listed = try #require(try opening.memcache("backup = inline:{a=one}") as? any ListableTable)
        let entries = try await listed.entries()
        #expect(entries.map { "\($0.key)=\($0.value)" } == ["a=one"])
        let alone = try #require(try opening.memcache("ttl = 1") as? any ListableTable)
        await #expect(throws: LookupFailure.self) { _ = try await alone.entries() }
    }

    @Test func whatCannotBeAKeyIsNotAsked() async throws {
        let opening = try Opening()
        let server = try await MemcachedServer.start()
        let place = "memcache = inet:127.0.0.1:\(server.port)\n"
        let long = String(repeating: "x", count: 251)
        let table = try opening.memcache(place + "backup = inline:{\(long)=long, {a b=blank}, c=see}")
        #expect(await Outcome.of(long, in: table) == .found("long"))
        // As with Postfix, the backup is not asked for it either.
        #expect(await Outcome.of("a b", in: table) == .absent)
        #expect(await Outcome.of("get\r\nflush_all", in: table) == .absent)
        #expect(await Outcome.of("a\0b", in: table) == .absent)
        #expect(await Outcome.of("c", in: table) == .found("see"))
        let parts = try opening.memcache(place + "key_format = %u:%d\nbackup = static:all\ndomain = b.c")
        #expect(await Outcome.of("a@b.c", in: parts) == .found("all"))
        #expect(await Outcome.of("@b.c", in: parts) == .absent)
        #expect(await Outcome.of("a@d.e", in: parts) == .absent)
    }

    @Test func manyQuestionsAreUnderWayOnAConnection() async throws {
        let opening = try Opening()
        let waiting = Mutex(0)
        // Answers only when it has heard a hundred questions.
        let server = try await Blocking.run {
            try StreamServer { stream, _ in
                var held: [String] = []
                while let line = try stream.readLine() {
                    let key = line.dropFirst(4)
                    held.append("VALUE \(key) 0 \(key.utf8.count)\r\n\(key)\r\nEND\r\n")
                    waiting.withLock { $0 = max($0, held.count) }
                    if held.count == 100 {
                        try stream.write(held.joined())
                        held = []
                    }
                }
            }
        }
        let table = try opening.memcache("memcache = inet:127.0.0.1:\(server.port)\ntimeout = 20")
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask { #expect(await Outcome.of("k\(number)", in: table) == .found("k\(number)")) }
            }
        }
        #expect(waiting.withLock { $0 } == 100)
        #expect(server.connectionsEver == 1)
    }

    /// A question that breaks the server's connection fails alone: those behind it are asked again.
    @Test func oneBadQuestionStaysAlone() async throws {
        let opening = try Opening()
        let server = try await Blocking.run {
            try StreamServer { stream, _ in
                while let line = try stream.readLine() {
                    if line == "get bad" { return }
                    try stream.write("END\r\n")
                }
            }
        }
        let table = try opening.memcache(
            "memcache = inet:127.0.0.1:\(server.port)\ntimeout = 20\nmax_try = 1")
        let outcomes = await withTaskGroup(of: (Int, Outcome).self) { group in
            for number in 0..<200 {
                group.addTask { (number, await Outcome.of(number == 100 ? "bad" : "k\(number)", in: table)) }
            }
            return await group.reduce(into: [Int: Outcome]()) { $0[$1.0] = $1.1 }
        }
        for (number, outcome) in outcomes where number != 100 { #expect(outcome == .absent, "\(number)") }
        #expect(outcomes[100] == .failed("127.0.0.1:\(server.port): unexpected disconnect"))
    }
}
