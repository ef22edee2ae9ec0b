import Foundation
import LookupTables
import Peers
import Testing

/// Where `pgsql:` is not as in Postfix 3.7 on purpose: Documentation/compatibility.md.
@Suite struct PostgreSQLDifferencesTests {
    private struct Answers {
        let theirs: CommandResult
        let ours: CommandResult
    }

    /// - Parameter place: where the database is, in place of its socket.
    private func ask(_ key: String, of definition: String, place: String? = nil) async throws -> Answers {
        let server = try await PostgreSQLServer.shared()
        let database = try await server.makeDatabase()
        let directory = try TemporaryDirectory("differences")
        let path = try directory.write(
            "m.cf",
            """
            hosts = \(place ?? "unix:\(server.socketDirectory)")
            user = \(database)
            password = \(database)
            dbname = \(database)
            \(definition)

            """)
        try RealPostmap.age(path)
        let real = try RealPostmap()
        return try await Blocking.run {
            Answers(
                theirs: try real.run(["-q", key, "pgsql:\(path)"]),
                ours: try real.run(
                    [BuiltProgram.martlet, "postmap", "-q", key, "pgsql:\(path)"], input: []))
        }
    }

    @Test func valuesAreUTF8AsInPostfix38() async throws {
        let answers = try await ask("x", of: "query = SELECT 'm' || chr(252) || 'n' || chr(26085)")
        #expect(answers.theirs.exitCode == 1)
        #expect(answers.theirs.standardError.contains("no equivalent in encoding \"LATIN1\""))
        #expect(answers.ours.standardOutput == "mün日\n")
        let old = try await ask("x", of: "query = SELECT 'm' || chr(252)\nencoding = LATIN1")
        #expect(old.theirs.exitCode == 1 && old.ours.exitCode == 1)
        #expect(old.theirs.standardError.contains("non-UTF-8 value"))
        #expect(old.ours.standardError.contains("non-UTF-8 value"))
    }

    @Test func oneStatementIsAskedAtATime() async throws {
        let answers = try await ask("x", of: "query = SELECT 1; SELECT 2")
        #expect(answers.theirs.standardOutput == "2\n")
        #expect(answers.ours.exitCode == 1)
        #expect(answers.ours.standardError.contains("cannot insert multiple commands"))
    }

    @Test func aBackslashInAKeyStaysOneInEscapeStrings() async throws {
        // With Postfix the apostrophe ends the string, and what follows is SQL.
        let key = "\\' as x -- '"
        let answers = try await ask(key, of: "query = SELECT E'<%s'")
        #expect(answers.theirs.standardOutput == "<'\n")
        #expect(answers.ours.standardOutput == "<\(key)\n")
    }

    @Test func aPasswordInAURIIsNotShown() async throws {
        let answers = try await ask(
            "x", of: "query = SELECT 1", place: "postgresql://u:s3cret@127.0.0.1:1/d")
        #expect(answers.theirs.standardError.contains("s3cret"))
        #expect(answers.ours.standardError.contains("connect to pgsql server postgresql://127.0.0.1:1/d: "))
        #expect(!answers.ours.standardError.contains("s3cret"))
    }
}
