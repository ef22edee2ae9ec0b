import Testing

@testable import Diagnosis

@Suite struct DomainInTwoClassesTests {
    @Test func aDomainOfThisMachineAndOfMailboxesIsFoundWithBothPlaces() async throws {
        try await TriedSetup(
            "mydestination = localhost, Example.org\nvirtual_mailbox_domains = inline:{example.org=1}"
        ).has(
            DomainInTwoClasses.self, .error, about: "example.org",
            saying: "listed in both mydestination and virtual_mailbox_domains", "main.cf, line 13",
            "main.cf, line 14",
            "inline:{example.org=1}: example.org is found", "take example.org out of mydestination")
    }

    @Test func whatADefaultBringsInIsSeenThroughItsName() async throws {
        try await TriedSetup(
            "mydomain = example.org\nmydestination = $mydomain\nvirtual_mailbox_domains = example.org"
        ).has(DomainInTwoClasses.self, about: "example.org")
    }

    @Test func aliasAndMailboxDomainsMustNotMeet() async throws {
        let setup = try TriedSetup(
            "virtual_alias_domains = DIR/domains\nvirtual_mailbox_domains = a.org b.org",
            files: ["domains": "c.org\nb.org\n"])
        try await setup.has(
            DomainInTwoClasses.self, about: "b.org", saying: "virtual_alias_domains wins", "DIR/domains")
        try setup.write("domains", "c.org\nd.org\n")
        try await setup.hasNo(DomainInTwoClasses.self)
    }

    @Test func aSubdomainIsAnotherDomain() async throws {
        try await TriedSetup(
            "mydestination = mail.example.org, localhost\nvirtual_mailbox_domains = example.org, !localhost"
        ).hasNo(DomainInTwoClasses.self)
    }

    @Test func aMapThatCannotBeAskedIsNoSilenceAndIsToldOnce() async throws {
        let setup = try TriedSetup(
            "mydestination = example.org\nvirtual_mailbox_domains = fail:broken")
        try await setup.has(
            DomainInTwoClasses.self, .warning, about: "fail:broken", saying: "could not be asked")
        // Where another rule has found the cause, this one says nothing.
        let other = try TriedSetup("mydestination = example.org\nvirtual_mailbox_domains = mysql:DIR/gone.cf")
        let findings = try await other.findings(DomainInTwoClasses.self, MissingMapFile.self)
        #expect(findings.map(\.rule) == [MissingMapFile.name])
    }
}

@Suite struct EveryDomainTests {
    @Test func aListThatHasEveryDomainIsFound() async throws {
        try await TriedSetup("relay_domains = static:yes").has(
            EveryDomain.self, .error, about: "relay_domains", saying: "mail for the whole world", "static:yes"
        )
        try await TriedSetup("virtual_mailbox_domains = regexp:{{/./ x}}").has(
            EveryDomain.self, about: "virtual_mailbox_domains")
    }

    @Test func aListOfDomainsIsLeftInPeace() async throws {
        try await TriedSetup("relay_domains = example.org\nvirtual_mailbox_domains = regexp:{{/example/ x}}")
            .hasNo(EveryDomain.self)
    }
}

@Suite struct DelimiterAdviceTests {
    private static let aliases =
        "virtual_alias_maps = inline:{{john@example.org=j@x.org},{john+lists@example.org=j@x.org}}"

    @Test func addressesThatLookSplitAreAdvised() async throws {
        try await TriedSetup(Self.aliases).has(
            DelimiterAdvice.self, .advice, about: "recipient_delimiter", saying: "john+lists@example.org",
            "recipient_delimiter=+")
    }

    @Test func whereTheDelimiterIsSetNothingIsSaid() async throws {
        try await TriedSetup("\(Self.aliases)\nrecipient_delimiter = +").hasNo(DelimiterAdvice.self)
        try await TriedSetup(
            "virtual_alias_maps = inline:{{john-paul@example.org=j@x.org},{mary+x@example.org=j@x.org}}"
        ).hasNo(DelimiterAdvice.self)
    }
}
