import MailFormat
import NIOPosix
import Peers
import Synchronization
import Testing

@testable import Reception

/// Asking for the names of clients costs the server little, however many come and however slow the answers are.
@Suite struct ClientNamesTests {
    private let loop = MultiThreadedEventLoopGroup.singleton.any()

    /// Answers when it is let, and remembers what it was asked.
    private final class SlowResolver: Sendable {
        private let state = Mutex((asked: [IPAddress](), isOpen: false))

        var asked: [IPAddress] { state.withLock { $0.asked } }
        func open() { state.withLock { $0.isOpen = true } }

        func resolve(_ address: IPAddress) -> String? {
            state.withLock { $0.asked.append(address) }
            for _ in 0..<2000 where !state.withLock({ $0.isOpen }) { usleep(5_000) }
            return "name-\(address)"
        }

        func names(threads: Int = 1, questionLimit: Int = 100, timeLimit: Duration) -> ClientNames {
            ClientNames(threads: threads, questionLimit: questionLimit, timeLimit: timeLimit) {
                self.resolve($0)
            }
        }

        func wasAsked(times count: Int) async throws -> Bool {
            for _ in 0..<500 {
                if asked.count >= count { return true }
                try await Task.sleep(for: .milliseconds(10))
            }
            return false
        }
    }

    private func address(_ number: Int) throws -> IPAddress { try #require(IPAddress("192.0.2.\(number)")) }

    @Test func sessionsOfOneAddressShareOneQuestion() async throws {
        let resolver = SlowResolver()
        let names = resolver.names(threads: 4, timeLimit: .seconds(30))
        let address = try address(1)
        let found = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<50 { group.addTask { await names.name(of: address, on: loop) } }
            _ = try? await resolver.wasAsked(times: 1)
            try? await Task.sleep(for: .milliseconds(100))
            resolver.open()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(found == Array(repeating: "name-192.0.2.1", count: 50))
        #expect(resolver.asked == [address])
        #expect(names.knownName(of: address) == "name-192.0.2.1")
    }

    @Test func aQuestionThatNobodyWaitsForIsNotPut() async throws {
        let resolver = SlowResolver()
        let names = resolver.names(timeLimit: .milliseconds(200))
        let first = try address(1)
        let others = try (2..<20).map(address)
        let last = try address(99)
        let found = await withTaskGroup(of: String?.self) { group in
            for address in [first] + others { group.addTask { await names.name(of: address, on: loop) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(found.allSatisfy { $0 == nil })
        resolver.open()
        while await names.name(of: last, on: loop) == nil {}
        // One of the others may have begun in place of the first.
        #expect(resolver.asked.count == 2, "\(resolver.asked)")
        #expect(resolver.asked.last == last)
    }

    @Test func whoComesWhenTooManyWaitIsUnknownAtOnce() async throws {
        let resolver = SlowResolver()
        let names = resolver.names(questionLimit: 3, timeLimit: .seconds(30))
        let addresses = try (1...3).map(address)
        let tooMany = try address(4)
        await withTaskGroup(of: String?.self) { group in
            for address in addresses {
                group.addTask { await names.name(of: address, on: loop) }
            }
            _ = try? await resolver.wasAsked(times: 1)
            try? await Task.sleep(for: .milliseconds(200))
            let clock = ContinuousClock()
            let time = await clock.measure { #expect(await names.name(of: tooMany, on: loop) == nil) }
            #expect(time < .seconds(10))
            resolver.open()
            for await name in group { #expect(name?.hasPrefix("name-") == true) }
        }
        #expect(!resolver.asked.contains(tooMany))
    }

    @Test func slowNamesDoNotHoldUpTheThreadsOfOthers() async throws {
        let resolver = SlowResolver()
        let names = resolver.names(threads: 2, timeLimit: .seconds(30))
        let addresses = try (1...100).map(address)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for address in addresses {
                group.addTask { _ = await names.name(of: address, on: loop) }
            }
            #expect(try await resolver.wasAsked(times: 2))
            #expect(try await NIOThreadPool.singleton.runIfActive { true })
            #expect(resolver.asked.count == 2)
            resolver.open()
            try await group.waitForAll()
        }
        #expect(Set(resolver.asked) == Set(addresses))
    }

    @Test func whoIsRefusedIsNotAskedFor() async throws {
        let resolver = SlowResolver()
        resolver.open()
        let names = resolver.names(timeLimit: .seconds(30))
        let values = [
            "smtpd_client_connection_count_limit": "1", "smtpd_client_event_limit_exceptions": "127.0.0.2",
            "smtpd_peername_lookup": "yes",
        ]
        try await TestServer.run(values, names: names) { server in
            let first = try await server.connect()
            #expect(first.greeting.hasPrefix("220"))
            for _ in 0..<5 {
                let next = try await server.connect()
                #expect(next.greeting.hasPrefix("421 4.7.0"))
            }
            #expect(resolver.asked.count == 1)
        }
    }
}
