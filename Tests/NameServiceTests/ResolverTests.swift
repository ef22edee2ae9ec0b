import Peers
import Testing

@testable import NameService

@Suite struct ResolverTests {
    private func server() async throws -> NameServer {
        try await NameServer.start(
            zones: ["mail.martlet.", "18.198.in-addr.arpa.", "2.0.0.0.1.0.0.2.ip6.arpa."],
            records: [
                "mail.martlet. 300 IN MX 20 second.mail.martlet.",
                "mail.martlet. 300 IN MX 10 First.mail.martlet.",
                "first.mail.martlet. 300 IN A 198.18.0.1", "first.mail.martlet. 300 IN AAAA 2001:2::1",
                "second.mail.martlet. 300 IN A 198.18.0.2", "null.mail.martlet. 300 IN MX 0 .",
                "1.0.18.198.in-addr.arpa. 300 IN PTR first.mail.martlet.",
                "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.2.0.0.0.1.0.0.2.ip6.arpa. 300 IN PTR first.mail.martlet.",
                "mail.martlet. 300 IN TXT \"v=spf1 \" \"-all\"",
            ])
    }

    private func resolver(_ server: NameServer, timeLimit: Duration = .seconds(20)) throws -> Resolver {
        var settings = ResolverSettings()
        settings.forwarders = [server.address]
        settings.options = [("do-not-query-localhost:", "no")]
        settings.timeLimit = timeLimit
        return try Resolver(settings)
    }

    @Test func recordsOfEachTypeAreRead() async throws {
        let server = try await server()
        let resolver = try resolver(server)
        let exchangers = try await resolver.mailExchangers(of: "mail.martlet")
        #expect(exchangers.records.map(\.host) == ["first.mail.martlet", "second.mail.martlet"])
        #expect(exchangers.records.map(\.preference) == [10, 20])
        #expect(!exchangers.isSecure)
        let addresses = try await resolver.addresses(of: "first.mail.martlet").records
        #expect(addresses == [[198, 18, 0, 1], [0x20, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]])
        for address in addresses {
            #expect(try await resolver.names(of: address).records == ["first.mail.martlet"])
        }
        #expect(try await resolver.texts(of: "mail.martlet").records == [Array("v=spf1 -all".utf8)])
        #expect(try await resolver.mailExchangers(of: "null.mail.martlet").records.map(\.host) == [""])
    }

    @Test func aNameThatIsNotThereIsNoFailure() async throws {
        let server = try await server()
        let resolver = try resolver(server)
        let gone = try await resolver.addresses(of: "gone.mail.martlet")
        #expect(gone.records.isEmpty && !gone.exists)
        let other = try await resolver.mailExchangers(of: "first.mail.martlet")
        #expect(other.records.isEmpty && other.exists)
    }

    @Test func aRefusalIsAFailureAndNoAbsence() async throws {
        let server = try await server()
        let resolver = try resolver(server)
        await #expect(throws: NameFailure.self) { try await resolver.addresses(of: "elsewhere.invalid2") }
    }

    @Test func aNameThatIsNoneIsAFailure() async throws {
        let server = try await server()
        let resolver = try resolver(server)
        await #expect(throws: NameFailure.self) {
            try await resolver.addresses(of: String(repeating: "a", count: 64) + ".test")
        }
    }

    @Test func aServerThatHangsIsGivenUpInTime() async throws {
        let server = try await server()
        let resolver = try resolver(server, timeLimit: .milliseconds(400))
        server.freeze()
        let started = ContinuousClock.now
        await #expect(throws: NameFailure.timedOut) { try await resolver.addresses(of: "first.mail.martlet") }
        #expect(ContinuousClock.now - started < .seconds(20))
        server.thaw()
    }

    @Test func manyQuestionsAtOnceAreAllAnswered() async throws {
        let server = try await server()
        let resolver = try resolver(server)
        let found = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<200 {
                group.addTask { (try? await resolver.mailExchangers(of: "mail.martlet").records.count) ?? 0 }
            }
            return await group.reduce(0, +)
        }
        #expect(found == 400)
    }

    @Test func aClosedResolverLeavesNobodyWaiting() async throws {
        let server = try await server()
        server.freeze()
        let thread = try {
            var settings = ResolverSettings()
            settings.forwarders = [server.address]
            settings.options = [("do-not-query-localhost:", "no")]
            return try ResolverThread(settings)
        }()
        let question = ResolverThread.Question(
            name: "mail.martlet", type: .mx, deadline: .now + .seconds(600))
        async let answer = withCheckedContinuation { thread.ask(question, $0) }
        try await Task.sleep(for: .milliseconds(50))
        thread.close()
        guard case .failure = await answer else {
            Issue.record("a frozen server answered")
            return
        }
        server.thaw()
    }
}

@Suite struct DomainNameDataTests {
    @Test func namesAreReadLabelByLabel() {
        #expect(DomainNameData.name(in: [4, 77, 97, 105, 108, 4, 116, 101, 115, 116, 0]) == "mail.test")
        #expect(DomainNameData.name(in: [0]) == "")
        #expect(DomainNameData.name(in: [3, 97, 46, 0x80, 0]) == "a\\046\\128")
    }

    @Test(
        arguments: [
            [], [4, 77], [4, 77, 97, 105, 108], [0xC0, 12], [64] + Array(repeating: 97, count: 64) + [0],
        ] as [[UInt8]])
    func whatIsNoNameIsNone(data: [UInt8]) {
        #expect(DomainNameData.name(in: data[...]) == nil)
    }

    @Test func reverseNames() {
        #expect(ReverseName.of([192, 0, 2, 1]) == "1.2.0.192.in-addr.arpa")
        #expect(
            ReverseName.of([0x20, 1, 0xD, 0xB8] + Array(repeating: 0, count: 11) + [0x12])
                == "2.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")
    }
}
