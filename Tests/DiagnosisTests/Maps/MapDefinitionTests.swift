import Testing

@testable import Diagnosis

@Suite struct MapDefinitionTests {
    private static let query = "query = SELECT 1 FROM t WHERE name = '%s'\n"

    private func setup(_ definition: String, type: String = "mysql") throws -> TriedSetup {
        try TriedSetup("virtual_mailbox_domains = \(type):DIR/domains.cf", files: ["domains.cf": definition])
    }

    @Test func aMisspeltDatabaseNameIsFoundWithTheLineThatHasIt() async throws {
        try await setup("hosts = 127.0.0.1\ndb_name = mailserver\n\(Self.query)").has(
            MapDefinition.self, .error, about: "mysql:DIR/domains.cf", saying: "dbname is not set",
            "domains.cf, line 2: db_name = mailserver", "write dbname in place of db_name", "main.cf, line 13"
        )
    }

    @Test(arguments: [
        ("mysql", "hosts = 127.0.0.1\n", "dbname is not set"),
        ("pgsql", "dbname = mail\n", "query is not set"),
        ("pgsql", "dbname = mail\ntable = t\nselect_field = a\n", "where_field is not set"),
        ("sqlite", "dbpath =\nquery = SELECT 1\n", "dbpath is not set"),
        ("mysql", "dbname = mail\nquery = SELECT '%x'\n", "Invalid query template"),
        ("mysql", "dbname = mail\nquery = SELECT 1\nexpansion_limit = many\n", "expansion_limit"),
    ])
    func whatKeepsAMapFromBeingOpenedIsFound(type: String, definition: String, says: String) async throws {
        try await setup(definition, type: type).has(MapDefinition.self, .error, saying: says)
    }

    @Test(arguments: [
        ("mysql", "dbname = mail\n\(query)"),
        ("mysql", "dbname = mail\ntable = t\nselect_field = a\nwhere_field = b\n"),
        ("pgsql", "dbname = mail\n\(query)"),
        ("pgsql", "dbname = mail\nselect_function = domains\n"),
        ("sqlite", "dbpath = /var/lib/mail.sqlite\n\(query)"),
    ])
    func aDefinitionThatHasWhatItNeedsIsLeftInPeace(type: String, definition: String) async throws {
        try await setup(definition, type: type).hasNo(MapDefinition.self)
    }

    @Test func aKindOfMapThatThereIsNotIsFound() async throws {
        try await TriedSetup("virtual_alias_maps = mysqli:DIR/aliases.cf").has(
            MapDefinition.self, .error, about: "mysqli:DIR/aliases.cf", saying: "unsupported dictionary type")
        try await TriedSetup("virtual_transport = lmtp:unix:private/x").hasNo(MapDefinition.self)
    }

    @Test func noPasswordIsShown() async throws {
        let finding = try await setup(
            "dbname = mail\npassword = s3cret\npasswrd = s3cret2\nquery = SELECT '%x'\n"
        )
        .has(MapDefinition.self)
        #expect(!"\(finding)".contains("s3cret"))
        let unknown = try await setup("dbname = mail\ndb_password = s3cret\n\(Self.query)").findings(
            UnknownMapSetting.self)
        #expect(unknown.count == 1)
        #expect(!"\(unknown)".contains("s3cret"))
    }
}

@Suite struct UnknownMapSettingTests {
    private func setup(_ definition: String) throws -> TriedSetup {
        try TriedSetup(
            "virtual_mailbox_domains = mysql:DIR/domains.cf",
            files: ["domains.cf": "dbname = mail\nquery = SELECT 1\n\(definition)"])
    }

    @Test func hostInPlaceOfHostsIsFound() async throws {
        try await setup("host = db.example.org\n").has(
            UnknownMapSetting.self, .error, about: "DIR/domains.cf", saying: "localhost is asked instead",
            "domains.cf, line 3: host = db.example.org", "hosts = db.example.org")
    }

    @Test func otherUnknownSettingsAreWarnedOf() async throws {
        try await setup("hosts = 127.0.0.1\nusername = mail\n").has(
            UnknownMapSetting.self, .warning, saying: "username", "did you mean user?")
    }

    @Test func knownSettingsAreLeftInPeace() async throws {
        try await setup("hosts = 127.0.0.1\nuser = mail\nexpansion_limit = 3\n").hasNo(UnknownMapSetting.self)
    }

    @Test func aSettingInPlaceOfOneThatIsNeededIsToldOnce() async throws {
        let setup = try TriedSetup(
            "virtual_mailbox_domains = mysql:DIR/domains.cf",
            files: ["domains.cf": "db_name = mail\nquery = SELECT 1\n"])
        let findings = try await setup.findings(MapDefinition.self, UnknownMapSetting.self)
        #expect(findings.map(\.rule) == [MapDefinition.name])
    }
}
