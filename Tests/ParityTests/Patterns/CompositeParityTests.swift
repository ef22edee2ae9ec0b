import Foundation
import LookupTables
import Peers
import PostfixConfig
import Testing

/// `unionmap:`, `pipemap:`, `randmap:`, `environ:`, `unix:` beside Postfix's.
@Suite struct CompositeParityTests {
    @Test func compositesAnswerAsPostfixDoes() async throws {
        var composites = GeneratedComposites(generator: SeededGenerator(announcing: "composite parity"))
        let real = try RealPostmap()
        let opener = TableOpener(configuration: try Configuration(directory: "/nonexistent", values: [:]))
        var found = 0
        for _ in 0..<250 {
            let specification = composites.composite(depth: 2)
            let keys = GeneratedComposites.keys
            var asked: [String] = []
            var answers = ""
            var failures = 0
            let table: any LookupTable
            do throws(TableError) {
                table = try opener.openOrFail(specification)
            } catch {
                let result = try await Blocking.run { try real.run(["-q", "a", specification]) }
                // Warnings come before it; and Martlet adds which types there are.
                let theirs = result.standardError.split(separator: "\n").last ?? ""
                #expect("postmap: fatal: \(error)".hasPrefix(theirs), "\(specification)")
                #expect(theirs.hasPrefix("postmap: fatal: "))
                continue
            }
            for key in keys {
                do throws(LookupFailure) {
                    let value = try await table.lookup(key)
                    asked.append(key)
                    if let value {
                        answers += "\(key)\t\(value)\n"
                        found += 1
                    }
                } catch {
                    failures += 1
                    // A process for each would take minutes.
                    guard failures == 1 else { continue }
                    let result = try await Blocking.run { try real.run(["-q", key, specification]) }
                    #expect(
                        result.standardError.contains("table \(specification): query error"),
                        "\(specification) \(key)")
                }
            }
            let input = asked.map { $0 + "\n" }.joined()
            let result = try await Blocking.run { try real.run(["-q", "-", specification], input: input) }
            #expect(result.standardOutput == answers, "\(specification)")
            #expect(result.exitCode == (answers.isEmpty ? 1 : 0), "\(specification)")
        }
        #expect(found > 500)
    }

    @Test(arguments: [
        "unionmap:{}", "unionmap:{ }", "unionmap:static:a", "unionmap:{foo}", "unionmap:{static:a}x",
        "pipemap:{}", "pipemap:{static:a", "randmap:{}", "randmap:x", "randmap:{a}x", "randmap: {a}",
        "unix:foo",
        "regexp:/nonexistent", "pcre:/nonexistent", "cidr:/nonexistent", "cidr:/", "regexp:{ /a/ b }",
        "regexp:{ {/a/ b}", "regexp:{{/a/ b}}x", "cidr:{", "pcre:{{/a/ b}", "environ:", "fail:",
        "unionmap:{texthash:/nonexistent}",
    ])
    func badDefinitionsAreNamedInTheSameWords(specification: String) async throws {
        let real = try RealPostmap()
        let result = try await Blocking.run { try real.run(["-q", "a", specification]) }
        let opener = TableOpener(
            configuration: try Configuration(directory: "/nonexistent", values: [:]), drivers: [UnixDriver()])
        let error = #expect(throws: TableError.self) { try opener.openOrFail(specification) }
        #expect(result.standardError == "postmap: fatal: \(error?.description ?? "")\n")
    }

    @Test func aRandomValueIsOneOfTheList() async throws {
        let opener = TableOpener(configuration: try Configuration(directory: "/nonexistent", values: [:]))
        let table = try opener.openOrFail("randmap:{a, {b c}, d}")
        var values: Set<String> = []
        for _ in 0..<200 { if let value = try await table.lookup("key") { values.insert(value) } }
        #expect(values == ["a", "{b c}", "d"])
    }

    @Test func theMachinesUsersAndGroupsAreThoseOfPostfix() async throws {
        let real = try RealPostmap()
        let opener = TableOpener(
            configuration: try Configuration(directory: "/nonexistent", values: [:]), drivers: [UnixDriver()])
        for (file, name) in [("/etc/passwd", "passwd.byname"), ("/etc/group", "group.byname")] {
            let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
            let keys = lines.map { String($0.prefix { $0 != ":" }) } + ["Root", "nobody-here", "root@x"]
            let table = try opener.openOrFail("unix:\(name)")
            var answers = ""
            for key in keys { if let line = try await table.lookup(key) { answers += "\(key)\t\(line)\n" } }
            let input = keys.map { $0 + "\n" }.joined()
            let result = try await Blocking.run { try real.run(["-q", "-", "unix:\(name)"], input: input) }
            #expect(result.standardOutput == answers)
        }
    }

    @Test(arguments: [
        ["-q", "FOO"], ["-fq", "FOO"], ["-q", "foo"], ["-q", "PATH"], ["-fq", "BAR"], ["-s"], ["-d", "FOO"],
    ])
    func theEnvironmentIsThatOfPostfix(arguments: [String]) async throws {
        let real = try RealPostmap()
        let environment = ["MAIL_CONFIG": real.configDirectory, "FOO": "upper", "foo": "lower"]
        let theirs = try await Command.run(["postmap"] + arguments + ["environ:x"], environment: environment)
        let ours = try await Command.run(
            [BuiltProgram.martlet, "postmap"] + arguments + ["environ:x"], environment: environment)
        #expect(ours.standardOutput == theirs.standardOutput)
        #expect(ours.standardError == theirs.standardError)
        #expect(ours.exitCode == theirs.exitCode)
    }
}

/// Tables of tables.
struct GeneratedComposites {
    var generator: SeededGenerator

    static let keys = [
        "a", "b", "c", "A", "ab", "x", "y", "one", "two words", "ü", "10.0.0.1", "::1", "a@b", "1", "b,c",
        "a,b", "Z",
        "key", "none", "x y",
    ]

    mutating func composite(depth: Int) -> String {
        let count = Int.random(in: 1...3, using: &generator)
        let tables = (0..<count).map { _ in
            depth > 0 && generator.chance(30) ? composite(depth: depth - 1) : simple()
        }
        let separator = generator.pick([",", " ", ", "])
        return generator.pick(["unionmap", "pipemap"]) + ":{" + generator.pick(["", " "])
            + tables.joined(separator: separator) + "}"
    }

    private mutating func simple() -> String {
        if generator.chance(2) { return generator.pick(["zip:zap", "foo", "inline:{a}", "randmap:{}"]) }
        return generator.pick([
            "static:a", "static:{two words}", "inline:{a=b, b=c, c=a}", "inline:{a=, x=y}",
            "inline:{A=x, {b = x y}}",
            "regexp:{{/a/ b}}", "regexp:{{/(.)/ $1$1}}", "pcre:{{/^([a-z])$/ $1$1}}",
            "cidr:{{10.0.0.0/8 one}}",
            "cidr:{{!10.0.0.0/8 ::1}}", "randmap:{one}", "fail:x", "unionmap:{static:a}", "regexp:{{/x/}}",
            "pcre:{{/B/i b}}", "inline:{b=10.0.0.1, aa=x, bb=y}", "static:10.0.0.1", "regexp:{{/^b$/ A}}",
            "static:B",
            "randmap:{B}", "environ:x", "inline:{{ü=ü}}", "static:{}",
        ])
    }
}
