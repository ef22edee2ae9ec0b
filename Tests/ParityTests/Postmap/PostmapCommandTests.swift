import Foundation
import Peers
import Testing

/// Both programs by the same arguments: output, errors and exit codes.
@Suite struct PostmapCommandTests {
    private let real: RealPostmap
    private let directory: TemporaryDirectory

    init() throws {
        real = try RealPostmap()
        directory = try TemporaryDirectory("postmap")
        for (name, text) in [
            ("text", "k1   v1 x\n  cont\n# c\n\"quo ted\" v\nK1 dup\nlone\nk2 v2\n"), ("plain", "a b\n"),
            ("cut.cf", "query"), ("bad.cf", "dbpath = x\nquery = SELECT '%x'\n"),
            ("none.cf", "query = SELECT 1\n"),
            ("echo.cf", "dbpath = \(directory.appending("db"))\nquery = SELECT '%s'\n"),
            (
                "away.cf",
                "hosts = unix:/nonexistent\nuser = u\npassword = s3cret\ndbname = d\nquery = SELECT 1\n"
            ),
            ("nodb.cf", "hosts = unix:/nonexistent\nquery = SELECT 1\n"),
        ] {
            try RealPostmap.age(try directory.write(name, text))
        }
        try SQLiteScript.run("CREATE TABLE t (k);", path: directory.appending("db"))
    }

    private func ours(_ arguments: [String], input: String) async throws -> CommandResult {
        try await Command.run(
            [BuiltProgram.martlet, "postmap"] + arguments, input: input,
            environment: ["MAIL_CONFIG": real.configDirectory])
    }

    private func theirs(_ arguments: [String], input: String) async throws -> CommandResult {
        try await Blocking.run { [real] in try real.run(arguments, input: input) }
    }

    /// Everything is the same.
    @Test(arguments: [
        ["-q", "k1", "texthash:D/text"], ["-q", "K1", "texthash:D/text"], ["-q", "lone", "texthash:D/text"],
        ["-f", "-q", "K1", "texthash:D/text"], ["-qk1", "texthash:D/text"], ["-fqk2", "texthash:D/text"],
        ["-q", "\"quo ted\"", "texthash:D/text"], ["-q", "x", "texthash:D/nonexistent"],
        ["-q", "x", "texthash:D"],
        ["-s", "texthash:D/plain"], ["texthash:D/text"], ["texthash:D/nonexistent"],
        ["-i", "texthash:D/text"],
        ["-r", "texthash:D/text"], ["-d", "k1", "texthash:D/text"], ["-d", "-", "texthash:D/text"],
        ["-q", "x", "inline:{a=b,{x = y z}}"], ["-q", "a", "inline:{a}"],
        ["-q", "a", "inline:a=b"], ["-q", "a", "inline:{}"], ["-q", "a", "inline:{a=}"],
        ["-q", "a", "inline:{ {a=b}x }"],
        ["-d", "a", "inline:{a=b}"], ["-i", "inline:{a=b}"], ["inline:{a=b}"],
        ["-q", "x", "static:abc"], ["-q", "x", "static:{a b}"], ["-q", "x", "static:{a"],
        ["-q", "x", "static:"],
        ["-q", "", "static:x"], ["-s", "static:x"], ["-d", "x", "static:x"], ["-i", "static:x"],
        ["-q", "x", "static:{}"],
        ["-q", "x", "static:one", "static:two"], ["-q", "x", "inline:{a=b}", "static:two"],
        ["-q", "x"], [], ["-Z"], ["-q"], ["-s", "-q", "x", "static:y"], ["-q", "x", "-d", "y", "static:y"],
        ["-h", "-q", "x", "static:y"], ["-b", "static:y"], ["static:a", "-q", "x"],
        ["-q", "x", "sqlite:D/nonexistent.cf"], ["-q", "x", "mysql:D/nonexistent.cf"],
        ["-q", "x", "sqlite:D"],
        ["-q", "x", "sqlite:name"], ["-q", "x", "mysql:name"], ["-q", "x", "sqlite:D/cut.cf"],
        ["-q", "x", "sqlite:D/bad.cf"], ["-q", "x", "sqlite:D/none.cf"], ["-q", "x", "mysql:D/nodb.cf"],
        ["-q", "It's", "sqlite:D/echo.cf"], ["-f", "-q", "It's", "sqlite:D/echo.cf"],
        ["-q", "", "sqlite:D/echo.cf"],
        ["-s", "sqlite:D/echo.cf"], ["-d", "x", "sqlite:D/echo.cf"], ["sqlite:D/echo.cf"],
        ["-i", "mysql:D/away.cf"],
        ["-c", "/nonexistent", "-q", "x", "static:y"],
    ])
    func saysWhatPostfixSays(arguments: [String]) async throws {
        let arguments = arguments.map { $0.replacingOccurrences(of: "D", with: directory.path) }
        let (theirs, ours) = (try await theirs(arguments, input: ""), try await ours(arguments, input: ""))
        #expect(ours.standardOutput == theirs.standardOutput)
        #expect(ours.exitCode == theirs.exitCode)
        #expect(ours.standardError == theirs.standardError)
    }

    /// In what order, its hash table decides, anew with each process.
    @Test func listsWhatPostfixLists() async throws {
        let arguments = ["-s", "inline:{a=b,{x = y z}}"]
        let (theirs, ours) = (try await theirs(arguments, input: ""), try await ours(arguments, input: ""))
        #expect(ours.exitCode == theirs.exitCode)
        #expect(
            ours.standardOutput.split(separator: "\n").sorted()
                == theirs.standardOutput.split(separator: "\n").sorted())
        #expect(ours.standardError == theirs.standardError)
    }

    @Test(arguments: [
        (["-q", "-", "texthash:D/text"], "k1\nnone\nK2\n"), (["-q", "-", "texthash:D/text"], "none\n"),
        (["-q", "-", "sqlite:D/echo.cf"], "A\n\n it's \nlast"),
        (["-q", "-", "texthash:D/text", "sqlite:D/echo.cf"], "k1\nx\n"),
        (["-f", "-q", "-", "sqlite:D/echo.cf"], "A\nb\n"), (["-q", "-", "static:x"], ""),
        (["-q", "-", "static:x"], "a\r\nb\r\n"),
        (["-h", "-q", "-", "static:v"], "A: b\n c\nd: e\n\nbody\n"),
        (["-b", "-q", "-", "static:v"], "A: b\n c\nd: e\n\nbody\n\nend"),
        (["-hb", "-q", "-", "static:v"], "A: b\n c\nd: e\n\nbody\n"),
        (["-hbq", "-", "static:v"], "From x y\nA: b\n"),
        (["-h", "-q", "-", "static:v"], "A: b\njunk\nc: d\n"), (["-i", "sqlite:D/echo.cf"], "a b\n"),
    ])
    func readsKeysAsPostfixDoes(arguments: [String], input: String) async throws {
        let arguments = arguments.map { $0.replacingOccurrences(of: "D", with: directory.path) }
        let (theirs, ours) = (
            try await theirs(arguments, input: input), try await ours(arguments, input: input)
        )
        #expect(ours.standardOutput == theirs.standardOutput)
        #expect(ours.exitCode == theirs.exitCode)
        #expect(ours.standardError == theirs.standardError)
    }

    @Test func anUnknownTypeIsNamedWithTheKnownOnes() async throws {
        let ours = try await ours(["-q", "x", "dbm:y"], input: "")
        #expect(ours.exitCode == 1)
        #expect(ours.standardError.hasPrefix("postmap: fatal: unsupported dictionary type: dbm (supported: btree, "))
        for type in ["cidr", "hash", "inline", "mysql", "pcre", "proxy", "regexp", "texthash", "unionmap", "unix"] {
            #expect(ours.standardError.contains("\(type), ") || ours.standardError.hasSuffix("\(type))\n"))
        }
    }

    @Test func aServerThatIsAwayIsNamedAndThePasswordIsNot() async throws {
        let arguments = ["-q", "x", "mysql:\(directory.path)/away.cf"]
        let (theirs, ours) = (try await theirs(arguments, input: ""), try await ours(arguments, input: ""))
        #expect(ours.exitCode == theirs.exitCode)
        let warning = "postmap: warning: connect to mysql server unix:/nonexistent: "
        #expect(theirs.standardError.hasPrefix(warning))
        #expect(ours.standardError.hasPrefix(warning))
        #expect(
            ours.standardError.contains(
                "postmap: fatal: table mysql:\(directory.path)/away.cf: query error\n"))
        #expect(!ours.standardError.contains("s3cret"))
    }

    /// Both as a user who may not read the file.
    @Test func aDatabaseThatMayNotBeReadFails() async throws {
        try SQLiteScript.run("CREATE TABLE t (k);", path: directory.appending("shut"))
        chmod(directory.appending("shut"), 0)
        let map = try directory.write(
            "shut.cf", "dbpath = \(directory.appending("shut"))\nquery = SELECT k FROM t\n")
        try RealPostmap.age(map)
        let program = directory.appending("martlet")
        try Command.require(["install", "-m", "755", BuiltProgram.martlet, program])
        let user = getuid() == 0 ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] : []
        let (theirs, ours) = try await Blocking.run { [real] in
            (
                try real.run(user + ["postmap", "-q", "x", "sqlite:\(map)"], input: []),
                try real.run(user + [program, "postmap", "-q", "x", "sqlite:\(map)"], input: [])
            )
        }
        #expect(theirs.exitCode == 1 && ours.exitCode == 1)
        #expect(theirs.standardError.contains("unable to open database file"))
        #expect(ours.standardError.contains("open database \(directory.appending("shut")): unable to open"))
    }

    @Test func twentyThousandKeysComeBackInOrder() async throws {
        let input = (1...20_000).map { "k\($0)\n" }.joined()
        let ours = try await ours(["-q", "-", "sqlite:\(directory.path)/echo.cf"], input: input)
        #expect(ours.standardOutput == (1...20_000).map { "k\($0)\tk\($0)\n" }.joined())
    }
}
