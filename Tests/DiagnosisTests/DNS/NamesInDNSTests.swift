import NameService
import Peers
import Testing

@testable import Diagnosis

/// A private name server has the records; nothing is asked elsewhere.
@Suite struct NamesInDNSTests {
    private static let good = [
        "mx IN A 198.18.0.5", "@ IN MX 10 mx.site.martlet.", "5.0 IN PTR mx.site.martlet.",
    ]

    private func findings(_ records: [String], main: String = "virtual_mailbox_domains = site.martlet")
        async throws -> [Finding]
    {
        func zone(_ name: String, _ isReverse: Bool) -> NameServer.Zone {
            NameServer.Zone(
                name, records.filter { $0.contains(" PTR ") == isReverse }.joined(separator: "\n"))
        }
        let zones = [zone("site.martlet", false), zone("18.198.in-addr.arpa", true)]
        let server = try await NameServer.start(zones)
        var setup = try TriedSetup("myhostname = mx.site.martlet\n\(main)").setup()
        setup.patienceForNames = .seconds(600)
        setup.names = try NameService(
            NameServiceSettings(
                servers: .zones(Dictionary(uniqueKeysWithValues: zones.map { ($0.name, server.address) }))))
        return await Examination.patient([NamesInDNS.self]).findings(in: setup)
    }

    @Test func recordsThatFitAreLeftInPeace() async throws {
        #expect(try await findings(Self.good).isEmpty)
        // The domain's own address does as well as an MX.
        #expect(
            try await findings([Self.good[0], Self.good[2], "@ IN A 198.18.0.5"]).isEmpty)
        #expect(
            try await findings(
                Self.good, main: "virtual_mailbox_domains = example.org, localhost.localdomain"
            ).isEmpty)
    }

    @Test(arguments: [
        (0, "", "has no A and no AAAA record", "mx.site.martlet. IN A"),
        (1, "", "has no MX record", "site.martlet. IN MX 10 mx.site.martlet."),
        (1, "@ IN MX 0 .", "takes no mail (RFC 7505)", "IN MX 10"),
        (
            1, "@ IN MX 10 gone.site.martlet.",
            "names gone.site.martlet, which has no address", "gone.site.martlet. IN A"
        ),
        (2, "", "has no PTR record", "5.0.18.198.in-addr.arpa. IN PTR mx.site.martlet."),
        (2, "5.0 IN PTR other.site.martlet.", "does not lead back", "IN PTR"),
    ])
    func aRecordThatIsMissingOrWrongIsNamedWithTheOneToAdd(
        index: Int, record: String, says: String, cure: String
    ) async throws {
        var records = Self.good
        records[index] = record
        let findings = try await findings(records.filter { !$0.isEmpty })
        let finding = try #require(findings.first { $0.message.contains(says) }, "\(findings)")
        #expect(finding.severity == .warning)
        #expect(finding.cure.contains(cure), "\(finding.cure)")
    }

    @Test func domainsOfTablesAreAskedAboutToo() async throws {
        let main = "virtual_mailbox_domains = inline:{site.martlet=x, other.site.martlet=x, example.org=x}"
        let findings = try await findings(Self.good, main: main)
        #expect(findings.map(\.subject) == ["other.site.martlet"], "\(findings)")
        #expect(findings.first?.severity == .warning)
        #expect(
            try await self.findings(Self.good + ["other IN MX 10 mx.site.martlet."], main: main).isEmpty)
    }

    @Test func howManyDomainsWereAskedAboutIsSaidWhereNotAllWere() async throws {
        let domains = (0..<250).map { "d\($0).site.martlet=x" }.joined(separator: ", ")
        let records = (0..<250).map { "d\($0) IN MX 10 mx.site.martlet." }
        let findings = try await findings(
            Self.good + records, main: "virtual_mailbox_domains = inline:{\(domains)}")
        #expect(findings.map(\.severity) == [.advice], "\(findings)")
        #expect(findings.first?.message.contains("only 200 domains") == true, "\(findings)")
    }

    @Test func mailboxesOfADomainWhoseMXLeadsHereAreNoWishOfTheOperator() async throws {
        let zone = NameServer.Zone("site.martlet", (Self.good.prefix(2) + ["other IN MX 10 mx"]).joined(separator: "\n"))
        let server = try await NameServer.start([zone])
        let made = try TriedSetup(
            "myhostname = mx.site.martlet\nvirtual_mailbox_domains = inline:{example.org=x}\n"
                + "virtual_mailbox_maps = inline:{john@example.org=x, anna@other.site.martlet=x, eve@gone.site.martlet=x}")
        func severities(_ names: NameService?) async throws -> [String: Finding.Severity] {
            var setup = try made.setup()
            setup.names = names
            setup.patienceForNames = .seconds(600)
            let found = await Examination.patient([UnreachableAddresses.self]).findings(in: setup)
            return Dictionary(uniqueKeysWithValues: found.map { ($0.subject, $0.severity) })
        }
        let names = try NameService(NameServiceSettings(servers: .zones([zone.name: server.address])))
        #expect(
            try await severities(names) == ["other.site.martlet": .error, "gone.site.martlet": .warning])
        #expect(
            try await severities(nil) == ["other.site.martlet": .warning, "gone.site.martlet": .warning])
    }

    @Test func anotherServersMXIsAdvice() async throws {
        let findings = try await findings([
            Self.good[0], Self.good[2], "@ IN MX 5 gate.site.martlet.",
            "gate IN A 198.18.7.7",
        ])
        #expect(findings.map(\.severity) == [.advice])
    }

    @Test func aDNSThatCannotBeAskedIsNoSilence() async throws {
        let port = try LoopbackPort.unused()
        var setup = try TriedSetup("myhostname = mx.site.martlet").setup()
        setup.names = try NameService(
            NameServiceSettings(servers: .forwarders(["127.0.0.1@\(port)"]), patience: .milliseconds(500)))
        let findings = await Examination.patient([NamesInDNS.self]).findings(in: setup)
        #expect(findings.map(\.severity) == [.advice])
        #expect(findings.first?.message.contains("not known") == true)
    }
}
