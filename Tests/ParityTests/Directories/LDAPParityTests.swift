import Foundation
import LDAPTable
import Logging
import LookupTables
import Peers
import PostfixConfig
import Testing

/// The same questions to Postfix's `postmap -q ldap:…` and to Martlet's tables, over one slapd.
@Suite struct LDAPParityTests {
    private static let definitions = 300
    private static let keys = 25

    @Test func ldapMapsAnswerAsPostfixDoes() async throws {
        var maps = GeneratedDirectory(generator: SeededGenerator(announcing: "ldap parity"))
        let directory = try TemporaryDirectory("parity")
        let keys = maps.keys(80)
        let server = try await LDAPServer.start(ldif: maps.ldif(for: keys))
        let real = try RealPostmap()
        let pools = DatabasePools()
        defer { pools.close() }
        let opener = TableOpener(
            configuration: try Configuration(directory: directory.path, values: [:]),
            drivers: [LDAPDriver(pools: pools)],
            logger: Logger(label: "postmap") { _ in SwiftLogNoOpLogHandler() })
        let cases = try (0..<Self.definitions).map { number in
            let definition = maps.definition()
            let path = try directory.write("\(number).cf", "server_host = \(server.url)\n" + definition)
            try RealPostmap.age(path)
            return Case(
                definition: definition, map: "ldap:\(path)",
                keys: Array(keys.shuffled(using: &maps.generator).prefix(Self.keys)))
        }
        var outcomes: [RealPostmap.Outcome: Int] = [:]
        try await withThrowingTaskGroup(of: [RealPostmap.Outcome: Int].self) { group in
            for (number, each) in cases.enumerated() {
                if number >= 8 { outcomes.merge(try await group.next() ?? [:], uniquingKeysWith: +) }
                group.addTask { try await Self.compare(each, real, opener) }
            }
            for try await some in group { outcomes.merge(some, uniquingKeysWith: +) }
        }
        print("ldap parity: \(outcomes)")
        #expect(outcomes.values.reduce(0, +) >= 5000)
        // The cases are worth something: each outcome is there often.
        for outcome in [RealPostmap.Outcome.found(""), .notFound, .failed] {
            #expect(outcomes[outcome, default: 0] > 200)
        }
    }

    private struct Case {
        let definition: String
        let map: String
        let keys: [String]
    }

    /// - Returns: how often each outcome was seen, whatever was found.
    private static func compare(
        _ each: Case, _ real: RealPostmap, _ opener: TableOpener
    ) async throws -> [RealPostmap.Outcome: Int] {
        let expected = try await real.askEach(each.keys, of: each.map)
        let answers = await outcomes(try opener.openOrFail(each.map), each.keys)
        var seen: [RealPostmap.Outcome: Int] = [:]
        for (key, outcome) in expected {
            #expect(answers[key] == outcome, "\(key) with\n\(each.definition)")
            if case .found = outcome {
                seen[.found(""), default: 0] += 1
            } else {
                seen[outcome, default: 0] += 1
            }
        }
        return seen
    }

    /// Lookups side by side.
    private static func outcomes(
        _ table: any LookupTable, _ keys: [String]
    ) async -> [String: RealPostmap.Outcome] {
        await withTaskGroup(of: (String, RealPostmap.Outcome).self) { group in
            for key in keys {
                group.addTask {
                    do throws(LookupFailure) {
                        return (key, try await table.lookup(key).map { .found($0) } ?? .notFound)
                    } catch {
                        return (key, .failed)
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    /// Postfix lets one entry's terminal or special attributes decide about those behind it in the same answer.
    @Test func eachEntryIsJudgedByItself() async throws {
        let ldif =
            LDAPServer.baseEntry
            + LDAPServer.entry(
                "a", [("mail", "k@x.test"), ("memberaddr", "terminal"), ("maildrop", "ordinary")])
            + LDAPServer.entry("b", [("mail", "k@x.test"), ("maildrop", "second")])
        let server = try await LDAPServer.start(ldif: ldif)
        let directory = try TemporaryDirectory("parity")
        let path = try directory.write(
            "a.cf",
            """
            server_host = \(server.url)
            search_base = \(LDAPServer.base)
            query_filter = (mail=%s)
            terminal_result_attribute = memberaddr
            result_attribute = maildrop

            """)
        try RealPostmap.age(path)
        let real = try RealPostmap()
        let theirs = try await real.askEach(["k@x.test"], of: "ldap:\(path)")
        #expect(theirs["k@x.test"] == .found("terminal"))

        let pools = DatabasePools()
        defer { pools.close() }
        let opener = TableOpener(
            configuration: try Configuration(directory: directory.path, values: [:]),
            drivers: [LDAPDriver(pools: pools)])
        #expect(try await opener.openOrFail("ldap:\(path)").lookup("k@x.test") == "terminal,second")
    }
}

extension RealPostmap {
    /// Asks one process for all keys and, where it gives up, one for each of the first eight: an error ends it.
    func askEach(_ keys: [String], of map: String) async throws -> [String: Outcome] {
        let together = try await Blocking.run {
            try run(["-q", "-", map], input: keys.map { $0 + "\n" }.joined())
        }
        guard together.standardError.contains("fatal:") || together.exitCode > 1 else {
            var outcomes = Dictionary(uniqueKeysWithValues: keys.map { ($0, Outcome.notFound) })
            for line in together.standardOutput.split(separator: "\n") {
                let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
                outcomes[String(parts[0])] = .found(parts.dropFirst().joined())
            }
            return outcomes
        }
        return try await withThrowingTaskGroup(of: (String, Outcome?).self) { group in
            for key in keys.prefix(8) {
                group.addTask { (key, try await Blocking.run { try askAlone(key, of: map) }) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    /// - Returns: nil where the process crashed.
    private func askAlone(_ key: String, of map: String) throws -> Outcome? {
        let result = try run(["-q", key, map])
        switch result.exitCode {
        case 0: return .found(String(result.standardOutput.dropLast()))
        case 1: return result.standardError.contains("fatal:") ? .failed : .notFound
        default: return nil
        }
    }
}
