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
        for outcome in [Self.something, .notFound, .failed] {
            #expect(outcomes[outcome, default: 0] > 200)
        }
    }

    private static let something = RealPostmap.Outcome.found(ExactKey(""))

    private struct Case {
        let definition: String
        let map: String
        let keys: [String]
    }

    /// - Returns: how often each outcome was seen, whatever was found.
    private static func compare(
        _ each: Case, _ real: RealPostmap, _ opener: TableOpener
    ) async throws -> [RealPostmap.Outcome: Int] {
        let answers = await outcomes(try opener.openOrFail(each.map), each.keys)
        // An error costs Postfix a process and a second: a few of them will do.
        let failing = each.keys.filter { answers[ExactKey($0)] == .failed }
        let asked = each.keys.filter { answers[ExactKey($0)] != .failed } + failing.prefix(8)
        let expected = try await real.ask(asked, of: each.map, failing: Set(failing.prefix(8).map(ExactKey.init)))
        var seen: [RealPostmap.Outcome: Int] = [:]
        for (key, outcome) in expected {
            #expect(answers[key] == outcome, "\(key.text) with\n\(each.definition)")
            if case .found = outcome {
                seen[Self.something, default: 0] += 1
            } else {
                seen[outcome, default: 0] += 1
            }
        }
        return seen
    }

    /// Lookups side by side.
    private static func outcomes(
        _ table: any LookupTable, _ keys: [String]
    ) async -> [ExactKey: RealPostmap.Outcome] {
        await withTaskGroup(of: (ExactKey, RealPostmap.Outcome).self) { group in
            for key in keys {
                group.addTask {
                    do throws(LookupFailure) {
                        let value = try await table.lookup(key)
                        return (ExactKey(key), value.map { .found(ExactKey($0)) } ?? .notFound)
                    } catch {
                        return (ExactKey(key), .failed)
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
        let theirs = try await real.ask(["k@x.test"], of: "ldap:\(path)")
        #expect(theirs[ExactKey("k@x.test")] == .found(ExactKey("terminal")))

        let pools = DatabasePools()
        defer { pools.close() }
        let opener = TableOpener(
            configuration: try Configuration(directory: directory.path, values: [:]),
            drivers: [LDAPDriver(pools: pools)])
        #expect(try await opener.openOrFail("ldap:\(path)").lookup("k@x.test") == "terminal,second")
    }
}
