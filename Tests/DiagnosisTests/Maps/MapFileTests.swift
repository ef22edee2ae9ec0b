import Foundation
import Testing

@testable import Diagnosis

@Suite struct MapFileModeTests {
    private static let definition = "dbname = mail\npassword = s3cret\nquery = SELECT 1\n"

    @Test func aPasswordThatEverybodyMayReadIsFound() async throws {
        let setup = try TriedSetup("virtual_alias_maps = mysql:DIR/aliases.cf")
        try setup.write("aliases.cf", Self.definition, mode: 0o644)
        let finding = try await setup.has(
            MapFileMode.self, .warning, about: "DIR/aliases.cf", saying: "0644", "chmod 0640 DIR/aliases.cf",
            "line 2: password = (hidden)")
        #expect(!"\(finding)".contains("s3cret"))
    }

    @Test func aPasswordThatOnlyTheGroupMayReadIsLeftInPeace() async throws {
        let setup = try TriedSetup("virtual_alias_maps = mysql:DIR/aliases.cf")
        try setup.write("aliases.cf", Self.definition, mode: 0o640)
        try await setup.hasNo(MapFileMode.self)
    }

    @Test func aFileWithoutAPasswordMayBeRead() async throws {
        let setup = try TriedSetup("virtual_alias_maps = sqlite:DIR/aliases.cf")
        try setup.write("aliases.cf", "dbpath = DIR/mail.sqlite\nquery = SELECT 1\n", mode: 0o644)
        try await setup.hasNo(MapFileMode.self)
    }

    @Test func aDirectoryThatNobodyElseMayEnterGuardsItsFiles() async throws {
        let setup = try TriedSetup("virtual_alias_maps = mysql:DIR/sql/aliases.cf")
        try setup.write("sql/aliases.cf", Self.definition, mode: 0o644)
        chmod("\(setup.path)/sql", 0o700)
        try await setup.hasNo(MapFileMode.self)
    }

    /// Debian has the user `nobody` (65534), whom no test runs as.
    @Test func aFileThatTheServersUserMayNotReadIsFound() async throws {
        let setup = try TriedSetup("virtual_alias_maps = mysql:DIR/aliases.cf\nmail_owner = nobody")
        try setup.write("aliases.cf", Self.definition, mode: 0o640)
        try await setup.has(
            MapFileMode.self, .error, about: "DIR/aliases.cf",
            saying: "nobody, the user that the server runs as",
            "may not read it", "chmod g+r DIR/aliases.cf")
        try setup.write("aliases.cf", "dbname = mail\nquery = SELECT 1\n", mode: 0o644)
        try await setup.hasNo(MapFileMode.self)
        chmod(setup.path, 0o700)
        try await setup.has(MapFileMode.self, .error, saying: "may not enter DIR", "chmod a+x DIR")
        chmod(setup.path, 0o755)
    }
}

@Suite struct MergedFilesTests {
    private static let definition = "dbname = mail\npassword = s3cret\nquery = SELECT 1\n"
    private static let main =
        "virtual_alias_maps = mysql:DIR/sql/a.cf, mysql:DIR/sql/b.cf\nvirtual_mailbox_maps = mysql:DIR/sql/c.cf"

    @Test func filesWithOneTroubleAreToldTogether() async throws {
        let setup = try TriedSetup(Self.main)
        for name in ["a", "b", "c"] { try setup.write("sql/\(name).cf", Self.definition, mode: 0o644) }
        let finding = try await setup.has(MapFileMode.self, .warning, saying: "have passwords in them")
        #expect(try await setup.findings(MapFileMode.self).count == 1)
        #expect(
            finding.commands.map(\.text).first?.hasSuffix(
                "chmod 0640 \(setup.path)/sql/a.cf \(setup.path)/sql/b.cf \(setup.path)/sql/c.cf") == true,
            "\(finding)")
        try setup.write("sql/b.cf", Self.definition, mode: 0o640)
        let two = try await setup.has(MapFileMode.self, .warning)
        #expect(two.subject == "\(setup.path)/sql/a.cf, \(setup.path)/sql/c.cf")
    }

    @Test func aDirectoryThatIsNotThereIsToldOnceWithItsFiles() async throws {
        let setup = try TriedSetup(Self.main)
        let finding = try await setup.has(
            MissingMapFile.self, .error, about: "DIR/sql", saying: "mysql:DIR/sql/a.cf", "mysql:DIR/sql/b.cf",
            "mysql:DIR/sql/c.cf")
        #expect(finding.disables.count == 3)
        #expect(try await setup.findings(MissingMapFile.self).count == 1)
        // One file has a name of its own to be told by.
        try await TriedSetup("virtual_alias_maps = mysql:DIR/sql/a.cf")
            .has(MissingMapFile.self, .error, about: "mysql:DIR/sql/a.cf")
    }
}

@Suite struct UncompiledTableTests {
    private func age(_ path: String, by seconds: Double) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -seconds)], ofItemAtPath: path)
    }

    @Test(arguments: [("hash", "db"), ("lmdb", "lmdb"), ("cdb", "cdb")])
    func aTextThatWasNeverCompiledIsFound(type: String, suffix: String) async throws {
        let setup = try TriedSetup("virtual_alias_maps = \(type):DIR/virtual", files: ["virtual": "a b\n"])
        let finding = try await setup.has(
            UncompiledTable.self, .error, about: "\(type):DIR/virtual",
            saying: "DIR/virtual.\(suffix) is not there", "postmap -c DIR \(type):DIR/virtual")
        #expect(finding.disables == [finding.subject])
        try setup.write("virtual.\(suffix)", "")
        try age("\(setup.path)/virtual", by: 10)
        try await setup.hasNo(UncompiledTable.self)
    }

    @Test func aTextThatIsNewerThanItsTableIsFound() async throws {
        let setup = try TriedSetup(
            "alias_maps = hash:DIR/aliases", files: ["aliases": "root: john\n", "aliases.db": ""])
        try age("\(setup.path)/aliases.db", by: 3600)
        try await setup.has(
            UncompiledTable.self, .warning, saying: "edited after it was compiled",
            "postalias -c DIR hash:DIR/aliases")
    }

    @Test func theCureCures() async throws {
        let setup = try TriedSetup(
            "virtual_alias_maps = hash:DIR/virtual", files: ["virtual": "a@x.org b@x.org\n"])
        #expect(
            try await !setup.findings(UncompiledTable.self, MissingMapFile.self, MapDefinition.self).isEmpty)
        let opener = try setup.setup().opener
        let draft = try #require(opener.maker(of: "hash")).draft(
            of: "\(setup.path)/virtual", .init(), for: opener)
        try draft.add(Array("a@x.org".utf8), Array("b@x.org".utf8), replaces: false)
        try draft.finish()
        #expect(
            try await setup.findings(UncompiledTable.self, MissingMapFile.self, MapDefinition.self).isEmpty)
    }
}
