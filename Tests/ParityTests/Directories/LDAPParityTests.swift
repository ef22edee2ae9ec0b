import Foundation
import LDAPTable
import Logging
import LookupTables
import Peers
import PostfixConfig
import Testing

/// The same questions to Postfix's `postmap -q ldap:…` and to Martlet's tables, over one slapd.
@Suite struct LDAPParityTests {
    private static let definitions = 260
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
        var outcomes: [RealPostmap.Outcome: Int] = [:]
        var asked = 0
        for number in 0..<Self.definitions {
            let definition = maps.definition()
            let path = try directory.write("\(number).cf", "server_host = \(server.url)\n" + definition)
            try RealPostmap.age(path)
            let keys = Array(keys.shuffled(using: &maps.generator).prefix(Self.keys))
            let expected = try await Blocking.run { try real.askEach(keys, of: "ldap:\(path)") }
            let table = try opener.openOrFail("ldap:\(path)")
            let answers = await Self.outcomes(table, keys)
            for key in keys where expected[key] != nil {
                #expect(answers[key] == expected[key], "\(key) with\n\(definition)")
                switch expected[key] {
                case .found: outcomes[.found(""), default: 0] += 1
                case let other?: outcomes[other, default: 0] += 1
                case nil: break
                }
                asked += 1
            }
        }
        #expect(asked >= 5000)
        // The cases are worth something: each outcome is there often.
        for outcome in [RealPostmap.Outcome.found(""), .notFound, .failed] {
            #expect(outcomes[outcome, default: 0] > 300, "\(outcomes)")
        }
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
            + LDAPServer.entry("a", [("mail", "k@x.test"), ("memberaddr", "terminal"), ("maildrop", "ordinary")])
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
        let theirs = try await Blocking.run { try real.askEach(["k@x.test"], of: "ldap:\(path)") }
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
    /// Asks one process for all keys and, where it gives up, one for each of the first eight.
    func askEach(_ keys: [String], of map: String) throws -> [String: Outcome] {
        let together = try run(["-q", "-", map], input: keys.map { $0 + "\n" }.joined())
        var outcomes: [String: Outcome] = [:]
        guard together.standardError.contains("fatal:") else {
            for line in together.standardOutput.split(separator: "\n") {
                let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
                outcomes[String(parts[0])] = .found(String(parts[1]))
            }
            for key in keys where outcomes[key] == nil { outcomes[key] = .notFound }
            return outcomes
        }
        for key in keys.prefix(8) {
            let alone = try run(["-q", key, map])
            outcomes[key] =
                alone.exitCode == 0
                ? .found(String(alone.standardOutput.dropLast()))
                : alone.standardError.contains("fatal:") ? .failed : .notFound
        }
        return outcomes
    }
}
