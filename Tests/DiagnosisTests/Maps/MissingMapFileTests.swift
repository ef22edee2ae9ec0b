import Testing

@testable import Diagnosis

@Suite struct MissingMapFileTests {
    @Test func aMapWhoseFileHasAnotherNameIsFoundWithThatName() async throws {
        let setup = try TriedSetup(
            "virtual_mailbox_domains = mysql:DIR/mysql-virtual-mailbox-domains.cf",
            files: ["virtual-mailbox-domains.cf": "", "virtual-mailbox-maps.cf": ""])
        let finding = try await setup.has(
            MissingMapFile.self, .error, about: "mysql:DIR/mysql-virtual-mailbox-domains.cf",
            saying: "did you mean DIR/virtual-mailbox-domains.cf?", "main.cf, line 13")
        #expect(finding.disables == [finding.subject])
    }

    @Test func aMapWhoseFileIsThereIsLeftInPeace() async throws {
        try await TriedSetup(
            "virtual_mailbox_domains = mysql:DIR/domains.cf", files: ["domains.cf": ""]
        ).hasNo(MissingMapFile.self)
    }

    @Test func aFileOfDomainsThatIsNotThereIsFound() async throws {
        try await TriedSetup("mydestination = localhost, DIR/domains")
            .has(MissingMapFile.self, .error, about: "DIR/domains", saying: "mydestination")
        try await TriedSetup("mydestination = DIR/domains", files: ["domains": "example.org\n"])
            .hasNo(MissingMapFile.self)
    }

    @Test func aCompiledTableNeedsNoSource() async throws {
        try await TriedSetup("virtual_alias_maps = hash:DIR/virtual", files: ["virtual.db": ""])
            .hasNo(MissingMapFile.self)
        try await TriedSetup("virtual_alias_maps = hash:DIR/virtual")
            .has(MissingMapFile.self, .error, about: "hash:DIR/virtual")
    }
}
