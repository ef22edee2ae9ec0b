import Foundation
import Peers
import PostfixConfig
import Routing
import Testing

@testable import Delivery

/// The cache's file, and how much of it there may be.
@Suite struct VerificationCacheTests {
    @Test func `results are there again after a restart`() async throws {
        let directory = try TemporaryDirectory("vfy")
        let place = try VerificationPlace("btree:\(directory.path)/verify_cache")
        let first = VerifierDesk(place: place)
        first.answer("b@x.test", .undeliverable, "no such user")
        await first.run {
            _ = await first.ask("a@x.test")
            _ = await first.ask("b@x.test")
        }
        let second = VerifierDesk(place: place, now: 1_700_000_100)
        await second.run {
            #expect(await second.ask("a@x.test", patience: .zero).status == .deliverable)
            let bad = await second.ask("b@x.test", patience: .zero)
            #expect(bad.status == .undeliverable)
            #expect(bad.text == "no such user")
            #expect(bad.because.contains("100s ago"))
        }
        #expect(second.asked.isEmpty)
        let mode = try FileManager.default.attributesOfItem(
            atPath: directory.appending("verify_cache.sqlite"))[.posixPermissions]
        #expect((mode as? NSNumber)?.intValue == 0o600)
    }

    @Test func `Postfix's own cache stays as it is`() async throws {
        let directory = try TemporaryDirectory("vfy")
        let theirs = Data((0..<8_192).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        try theirs.write(to: URL(fileURLWithPath: directory.appending("verify_cache.db")))
        let desk = VerifierDesk(place: try VerificationPlace("btree:\(directory.path)/verify_cache"))
        await desk.run { _ = await desk.ask("a@x.test") }
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: directory.appending("verify_cache.db"))) == theirs)
    }

    @Test func `a file that is no cache is left alone, and memory serves`() async throws {
        let directory = try TemporaryDirectory("vfy")
        let text = String(repeating: "my own notes\n", count: 1_000)
        try directory.write("verify_cache.sqlite", text)
        let desk = VerifierDesk(place: try VerificationPlace("hash:\(directory.path)/verify_cache"))
        await desk.run {
            _ = await desk.ask("a@x.test")
            #expect(await desk.ask("a@x.test", patience: .zero).status == .deliverable)
        }
        #expect(desk.asked == ["a@x.test"])
        #expect(
            try String(contentsOfFile: directory.appending("verify_cache.sqlite"), encoding: .utf8) == text)
        #expect(desk.log.lines.contains { $0.contains("warning: address_verify_map: ") })
    }

    @Test func `without its directory, memory serves`() async throws {
        let desk = VerifierDesk(place: .file("/nonexistent/verify_cache.sqlite"))
        await desk.run {
            _ = await desk.ask("a@x.test")
            #expect(await desk.ask("a@x.test", patience: .zero).status == .deliverable)
        }
        #expect(desk.log.lines.count { $0.contains("No such file or directory") } == 1)
    }

    @Test func `the oldest are forgotten where there are too many`() async throws {
        let desk = VerifierDesk { $0.cacheLimit = 20 }
        await desk.run {
            for number in 0..<100 {
                _ = await desk.ask("a\(number)@x.test")
                desk.advance(1)
            }
            var known: [Int] = []
            desk.hold()
            for number in 0..<100
            where await desk.ask("a\(number)@x.test", patience: .zero).status == .deliverable {
                known.append(number)
            }
            #expect(known.count <= 22)
            #expect(known.count >= 16)
            #expect(known == Array(known[0]..<100))
        }
    }

    @Test func `what has expired is removed`() async throws {
        let desk = VerifierDesk()
        desk.answer("b@x.test", .undeliverable, "no")
        await desk.run {
            await desk.verifier.cleanUp()
            #expect(desk.log.lines.isEmpty)
            _ = await desk.ask("a@x.test")
            _ = await desk.ask("b@x.test")
            desk.advance(3 * 86_400 + 1)
            await desk.verifier.cleanUp()
        }
        #expect(desk.log.lines.contains { $0.hasSuffix("full cleanup: retained=1 dropped=1 entries") })
    }

    @Test(arguments: [
        ("btree:/v/cache", "/v/cache.sqlite"), ("hash:/v/cache", "/v/cache.sqlite"),
        ("lmdb:/v/cache", "/v/cache.sqlite"), ("proxy:btree:/v/cache", "/v/cache.sqlite"), ("", nil),
        ("internal:x", nil),
    ])
    func `a place is read as Postfix has it`(text: String, path: String?) throws {
        #expect(try VerificationPlace(text) == path.map(VerificationPlace.file) ?? .memory)
    }

    @Test(arguments: ["memcache:/etc/x.cf", "mysql:/etc/x.cf", "btree:cache", "/v/cache", "btree"])
    func `a place that cannot be is refused`(text: String) {
        #expect(throws: ParameterValueError.self) { try VerificationPlace(text) }
    }
}
