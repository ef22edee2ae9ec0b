import MailFormat
import NameService
import Peers
import Testing

/// Questions to a real name server on loopback.
@Suite struct NameServiceTests {
    private static let zones = [
        NameServer.Zone(
            "example.org",
            """
            @     IN MX 20 backup.example.org.
            @     IN MX 10 MAIL.example.org.
            @     IN TXT "v=spf1 mx " "-all"
            @     IN TXT "other"
            mail  IN A 192.0.2.25
            mail  IN AAAA 2001:db8::25
            four  IN A 192.0.2.4
            alias IN CNAME mail
            quiet IN MX 0 .
            bare  IN TXT "only text"
            odd\\.one IN A 192.0.2.9
            ptr   IN PTR odd\\.one.example.org.
            _25._tcp.mail IN TLSA 3 1 1 0b9fa5a59eed715c26c1020c711b4f6ec42d58b0015e14337a39dad301c5afc3
            """),
        NameServer.Zone("2.0.192.in-addr.arpa", "25 IN PTR mail.example.org.\n25 IN PTR www.example.org."),
        NameServer.Zone(
            "8.b.d.0.1.0.0.2.ip6.arpa",
            "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 IN PTR mail.example.org."),
        NameServer.Zone("signed.example", "@ IN MX 10 mx\nmx IN A 192.0.2.1", isSigned: true),
        NameServer.Zone(
            "forged.example", "@ IN MX 10 mx\nmx IN A 192.0.2.1", isSigned: true,
            tamper: { $0.replacing("192.0.2.1", with: "192.0.2.66") }),
    ]

    private static func names(
        _ server: NameServer, trusting keys: [String] = [], patience: Duration = .seconds(30)
    ) throws -> NameService {
        let addresses = zones.map { ($0.name, server.address) }
        return try NameService(
            NameServiceSettings(
                servers: .zones(Dictionary(uniqueKeysWithValues: addresses)), trustAnchors: keys,
                patience: patience))
    }

    private func name(_ text: String) throws -> DomainName { try #require(DomainName(text)) }

    @Test func recordsAreRead() async throws {
        let server = try await NameServer.start(Self.zones)
        let names = try Self.names(server)
        defer { names.close() }
        let exchangers = try await names.mailExchangers(of: name("Example.ORG.")).values.sorted()
        #expect(exchangers.map(\.preference) == [10, 20])
        #expect(exchangers.map(\.host.description) == ["mail.example.org", "backup.example.org"])
        let null = try await names.mailExchangers(of: name("quiet.example.org")).values
        #expect(null.map(\.host.isRoot) == [true])
        let addresses = try await names.addresses(of: name("mail.example.org")).values
        #expect(addresses.map(\.description) == ["192.0.2.25", "2001:db8::25"])
        #expect(
            try await names.addresses(of: name("four.example.org")).values.map(\.description) == ["192.0.2.4"]
        )
        #expect(try await names.addresses(of: name("alias.example.org")).values.count == 2)
        #expect(
            Set(try await names.texts(of: name("example.org")).values) == ["v=spf1 mx -all", "other"])
        let four = try #require(IPAddress("192.0.2.25"))
        #expect(
            Set(try await names.names(of: four).values.map(\.description)) == [
                "mail.example.org", "www.example.org",
            ])
        let six = try #require(IPAddress("2001:db8::25"))
        #expect(try await names.names(of: six).values.map(\.description) == ["mail.example.org"])
        let association = try #require(
            try await names.tlsAssociations(of: name("mail.example.org")).values.first)
        #expect(association.usage == 3 && association.selector == 1 && association.matchingType == 1)
        #expect(association.data.count == 32 && association.data.first == 0x0b)
    }

    @Test func nothingIsToldFromNoName() async throws {
        let server = try await NameServer.start(Self.zones)
        let names = try Self.names(server)
        defer { names.close() }
        guard case .noRecord = try await names.mailExchangers(of: name("bare.example.org")).content else {
            Issue.record("a name without MX")
            return
        }
        guard case .noName = try await names.mailExchangers(of: name("nobody.example.org")).content else {
            Issue.record("no such name")
            return
        }
        guard case .noName = try await names.addresses(of: name("nobody.example.org")).content else {
            Issue.record("no such name, asked for addresses")
            return
        }
        guard case .noRecord = try await names.addresses(of: name("bare.example.org")).content else {
            Issue.record("a name without addresses")
            return
        }
        // A zone that the server does not have: nobody knows.
        let elsewhere = try NameService(
            NameServiceSettings(servers: .zones(["example.net": server.address])))
        defer { elsewhere.close() }
        await #expect(throws: NameFailure.self) {
            try await elsewhere.mailExchangers(of: name("example.net"))
        }
    }

    @Test func onlyProofsAreSecureAndForgeriesFail() async throws {
        let server = try await NameServer.start(Self.zones)
        let plain = try Self.names(server)
        defer { plain.close() }
        #expect(try await !plain.mailExchangers(of: name("signed.example")).isSecure)
        let names = try Self.names(server, trusting: server.keys.values.sorted())
        defer { names.close() }
        let answer = try await names.mailExchangers(of: name("signed.example"))
        #expect(answer.isSecure && answer.values.count == 1)
        let nothing = try await names.mailExchangers(of: name("nobody.signed.example"))
        #expect(nothing.isSecure && nothing.values.isEmpty)
        #expect(try await names.mailExchangers(of: name("forged.example")).isSecure)
        await #expect {
            try await names.addresses(of: name("mx.forged.example"))
        } throws: {
            "\($0)".hasPrefix("A of mx.forged.example: DNSSEC does not prove the answer: ")
        }
        // The same zones without a key are not proven, and answer.
        #expect(try await !names.mailExchangers(of: name("example.org")).isSecure)
    }

    @Test func manyAskAtOnceAndEachGetsTheirOwn() async throws {
        let records = (0..<500).map { "host\($0) IN A 10.1.\($0 / 250).\($0 % 250)" }
        let server = try await NameServer.start([.init("example.org", records.joined(separator: "\n"))])
        let names = try NameService(NameServiceSettings(servers: .zones(["example.org": server.address])))
        defer { names.close() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<500 {
                group.addTask {
                    let host = try #require(DomainName("host\(number).example.org"))
                    let answer = try await names.addresses(of: host)
                    #expect(answer.values.map(\.description) == ["10.1.\(number / 250).\(number % 250)"])
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func aSilentServerTakesNoLongerThanThePatience() async throws {
        let silent = try SilentDatagrams()
        let names = try NameService(
            NameServiceSettings(
                servers: .zones(["example.org": "127.0.0.1@\(silent.port)"]), patience: .seconds(1)))
        defer { names.close() }
        let start = ContinuousClock.now
        await #expect {
            try await names.mailExchangers(of: name("example.org"))
        } throws: {
            "\($0)" == "MX of example.org: no answer in time"
        }
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test func cancellingAndClosingEndQuestions() async throws {
        let silent = try SilentDatagrams()
        let names = try NameService(
            NameServiceSettings(servers: .zones(["example.org": "127.0.0.1@\(silent.port)"])))
        let domain = try name("example.org")
        let cancelled = Task { try await names.mailExchangers(of: domain) }
        let closed = Task { try await names.texts(of: domain) }
        #expect(await Eventually.holds { silent.hasHeard })
        cancelled.cancel()
        await #expect(throws: NameFailure.self) { try await cancelled.value }
        names.close()
        await #expect(throws: NameFailure.self) { try await closed.value }
        await #expect(throws: NameFailure.self) { try await names.texts(of: domain) }
    }

    @Test(arguments: ["", ".", "a..b", ".a", String(repeating: "x", count: 64), "a b.org", "\u{e4}.org"])
    func whatIsNoNameIsNone(text: String) {
        #expect(DomainName(text) == nil)
    }

    @Test func settingsThatCannotBeAreErrors() throws {
        #expect(throws: NameServiceFailure.self) {
            try NameService(NameServiceSettings(servers: .system(resolverFile: "/nonexistent/resolv.conf")))
        }
    }

    @Test func addressesHaveNames() throws {
        #expect(try #require(IPAddress("192.0.2.1")).reverseName == "1.2.0.192.in-addr.arpa")
        #expect(
            try #require(IPAddress("2001:db8::1")).reverseName
                == "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")
    }
}
