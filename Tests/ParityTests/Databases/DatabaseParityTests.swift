import Foundation
import LookupTables
import Peers
import Testing

/// Sources compiled by Postfix and by Martlet, each table then read by both.
@Suite struct DatabaseParityTests {
    private static let lines = 2_600

    @Test(arguments: DatabaseKind.allCases, [[], ["-N"], ["-n", "-f"]])
    func tablesAreTheSame(kind: DatabaseKind, options: [String]) async throws {
        var source = GeneratedSource(generator: SeededGenerator(announcing: "postmap \(options) \(kind)"))
        let twins = try TwinDirectories()
        // LMDB's keys have 511 bytes at most; both end at a longer one.
        let (text, keys) = source.map(lines: Self.lines, longestKey: 500)
        try twins.write("map", text)
        let map = "\(kind.rawValue):map"
        let (theirs, ours) = try await twins.both(["postmap"] + options + [map])
        #expect(theirs.exitCode == 0)
        expectSame(theirs, ours)

        let reading = options.filter { $0 == "-f" }
        for command in [["postmap", "-s", map], ["postmap"] + reading + ["-q", "-", map]] {
            let input = keys.map { $0 + "\n" }.joined()
            var answers: [CommandResult] = []
            for directory in [twins.theirs, twins.ours] {
                for program in [TwinDirectories.Program.postfix, .martlet] {
                    answers.append(try await twins.run(program, command, in: directory, input: input))
                }
            }
            // Each table is read in the same order by both; that of a hash table depends on how it was
            // filled.
            expectSame(answers[0], answers[1])
            expectSame(answers[2], answers[3])
            #expect(answers[0].exitCode == answers[2].exitCode)
            #expect(lines(answers[0].standardOutput) == lines(answers[2].standardOutput))
        }
    }

    @Test(arguments: DatabaseKind.allCases)
    func aliasDatabasesAreTheSame(kind: DatabaseKind) async throws {
        var source = GeneratedSource(generator: SeededGenerator(announcing: "postalias \(kind)"))
        let twins = try TwinDirectories()
        try twins.write("aliases", source.aliases(lines: Self.lines * 2))
        let map = "\(kind.rawValue):aliases"
        let (theirs, ours) = try await twins.both(["postalias", map])
        #expect(theirs.exitCode == 0)
        expectSame(theirs, ours)
        guard kind != .cdb else { return }
        for directory in [twins.theirs, twins.ours] {
            let listed = try await twins.run(.postfix, ["postalias", "-s", map], in: directory)
            let again = try await twins.run(.martlet, ["postalias", "-s", map], in: directory)
            expectSame(listed, again)
        }
        let one = try await twins.run(.postfix, ["postalias", "-s", map], in: twins.theirs)
        let other = try await twins.run(.postfix, ["postalias", "-s", map], in: twins.ours)
        #expect(untimed(one.standardOutput) == untimed(other.standardOutput))
    }

    /// Of bytes: a carriage return before a line end would make one Character of both.
    private func lines(_ text: String) -> [String] {
        text.utf8.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }.sorted()
    }

    /// Without the time at which it was made.
    private func untimed(_ text: String) -> [String] {
        lines(text).filter { !$0.hasPrefix("YP_LAST_MODIFIED") }
    }

    private func expectSame(_ theirs: CommandResult, _ ours: CommandResult) {
        #expect(ours.exitCode == theirs.exitCode)
        firstDifference(theirs.standardError, ours.standardError)
        firstDifference(theirs.standardOutput, ours.standardOutput)
    }

    private func firstDifference(_ theirs: String, _ ours: String) {
        guard theirs != ours else { return }
        func line(_ number: Int, _ text: String) -> String? {
            text.utf8.split(separator: UInt8(ascii: "\n")).dropFirst(number).first.map {
                String(decoding: $0, as: UTF8.self)
            }
        }
        var number = 0
        while let one = line(number, theirs), one == line(number, ours) { number += 1 }
        Issue.record(
            "line \(number): \(line(number, theirs) ?? "(none)") ≠ \(line(number, ours) ?? "(none)")")
    }
}
