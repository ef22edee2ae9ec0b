import Foundation
import Logging
import LookupTables
import Peers
import PostfixConfig
import Testing

/// The same tables and keys to Postfix's `postmap -q -` and to Martlet's tables: answers and warnings.
@Suite struct PatternParityTests {
    private static let tables = 100
    private static let keys = 60

    @Test(arguments: GeneratedRules.Kind.allCases)
    func patternTablesAnswerAndWarnAsPostfixDoes(kind: GeneratedRules.Kind) async throws {
        var rules = GeneratedRules(
            generator: SeededGenerator(announcing: "\(kind) parity"), kind: kind)
        let real = try RealPostmap()
        let directory = try TemporaryDirectory("patterns")
        var found = 0
        for number in 0..<Self.tables {
            let text = rules.table()
            let path = try directory.write("\(number)", text)
            try RealPostmap.age(path)
            let comparison = try await PatternComparison.run(
                "\(kind.rawValue):\(path)", keys: rules.keys(Self.keys), real: real)
            #expect(comparison.ours == comparison.theirs, "\(text)")
            #expect(comparison.ourWarnings == comparison.theirWarnings, "\(text)")
            found += comparison.foundCount
            guard comparison.isSame else { return }
        }
        // Tables that never answer would prove nothing.
        #expect(found > Self.tables * Self.keys / 20)
    }

    /// Postfix never ends with these; here the key fails for the time being, and the program goes on.
    @Test(arguments: [
        ("regexp:{{/^(.*)(.*)(.*)(.*)(.*)\\5\\4\\3\\2\\1!$/ x}}", String(repeating: "ab", count: 60)),
        ("regexp:{{/(a*)*\\1b/ x}}", String(repeating: "a", count: 900)),
    ])
    func backReferencesEndInBoundedTime(specification: String, key: String) async throws {
        let real = try RealPostmap()
        let start = ContinuousClock.now
        let result = try await Command.run(
            [BuiltProgram.martlet, "postmap", "-q", key, specification],
            environment: ["MAIL_CONFIG": real.configDirectory])
        #expect(ContinuousClock.now - start < .seconds(30))
        #expect(result.exitCode == 1)
        #expect(result.standardError.contains("takes too long; make the expressions simpler"))
        #expect(result.standardError.contains("postmap: fatal: table \(specification): query error"))
    }

    @Test(arguments: [
        "regexp:{ {/a/ b}, {/c/ d e} }", "pcre:{{/(j)ack/ $1}}", "cidr:{{10.0.0.0/8 x} {::1 y}}", "regexp:{}",
        "regexp:{ {} }", "regexp:{ {/a{1,2}/ b} }", "cidr:{{10.0.0.0/33 x}}", "regexp:{{/a/q b}}",
        "regexp:{{/a/}}",
        "pcre:{{if /a/},{/b/ x},{endif},{/./ y}}", "pcre:{{#/a/ x},{/a/ y}}", "cidr:{{!10.0.0.0/8 x}}",
        "regexp:{{ /a/ b }}", "pcre:{{/a/ b},{ }}", "regexp:{{/a b/ c}}",
        "unionmap:{regexp:{{/a/ b}},static:c}",
    ])
    func rulesMayStandInMainFile(specification: String) async throws {
        let comparison = try await PatternComparison.run(
            specification, keys: ["a", "b", "ab", "c", "jack", "a b", "aa", "10.0.0.1", "::1"],
            real: try RealPostmap())
        #expect(comparison.ours == comparison.theirs)
        #expect(comparison.ourWarnings == comparison.theirWarnings)
    }
}

/// What both say about the same keys.
struct PatternComparison {
    let ours: String
    let theirs: String
    let ourWarnings: [String]
    let theirWarnings: [String]
    let foundCount: Int

    var isSame: Bool { ours == theirs && ourWarnings == theirWarnings }

    static func run(_ specification: String, keys: [String], real: RealPostmap) async throws
        -> PatternComparison
    {
        let log = LogRecorder()
        let opener = TableOpener(
            configuration: try Configuration(directory: "/nonexistent", values: [:]),
            logger: log.logger("postmap"))
        let table = try opener.openOrFail(specification)
        // Standard error has a question mark in place of what might drive a terminal.
        let warnings = log.messages.map { $0.replacingOccurrences(of: "\t", with: "?") }
        var answers = ""
        var asked: [String] = []
        var refused: [String] = []
        var foundCount = 0
        for key in keys {
            do throws(LookupFailure) {
                asked.append(key)
                guard let value = try await table.lookup(key) else { continue }
                answers += "\(key)\t\(value)\n"
                foundCount += 1
            } catch {
                asked.removeLast()
                refused.append(key)
            }
        }
        let input = asked.map { $0 + "\n" }.joined()
        let result = try await Blocking.run { try real.run(["-q", "-", specification], input: input) }
        #expect(result.exitCode == (foundCount > 0 ? 0 : 1))
        // What fails here ends the program there, so each is asked alone.
        for key in refused {
            let result = try await Blocking.run { try real.run(["-q", key, specification]) }
            #expect(result.standardError.contains("fatal: "), "\(specification) \(key)")
        }
        return PatternComparison(
            ours: answers, theirs: result.standardOutput, ourWarnings: warnings,
            theirWarnings: result.standardError.split(separator: "\n").map(String.init)
                .map { $0.replacingOccurrences(of: "postmap: warning: ", with: "") }
                .filter { !$0.contains("empty string result") && !$0.contains("should return NO RESULT") },
            foundCount: foundCount)
    }
}
