import Foundation
import LookupTables
import MailFormat
import Peers
import PostfixConfig
import Routing
import Testing

@testable import Diagnosis

/// Draws alias tables, asks the router for every address that they name, and compares what it says with what the rules
/// found by reading the tables once.
@Suite struct GeneratedGraphTests {
    @Test func `the rules find what the router says of every single address`() async throws {
        var generator = SeededGenerator(announcing: "alias graphs")
        for _ in 0..<40 {
            let drawn = DrawnAliases(&generator)
            let setup = try drawn.setup()
            let expected = try await Reference(drawn, setup).judge()
            let findings = try await setup.findings(AliasLoops.self, AliasDeadEnds.self)
            let loops = findings.filter { $0.rule == AliasLoops.name }
            let deadEnds = findings.filter { $0.rule == AliasDeadEnds.name }
            #expect(
                expected.loops.isEmpty == loops.isEmpty,
                "\(drawn.description)\nrouter: \(expected.loops)\nrule: \(loops.map(\.message))")
            for loop in expected.loops where !loop.isEmpty {
                let isFound = loops.contains { finding in
                    loop.contains { finding.message.contains($0) } || finding.subject.hasSuffix("more loops")
                }
                #expect(isFound, "\(drawn.description)\nloop: \(loop)\nrule: \(loops.map(\.message))")
            }
            let found = Set(deadEnds.map(\.subject).filter { !$0.contains(" ") })
            let isShortened = deadEnds.contains { $0.subject.contains(" ") }
            #expect(found.isSubset(of: expected.deadTargets), "\(drawn.description)\n\(found)")
            if !isShortened {
                #expect(found == expected.deadTargets, "\(drawn.description)\n\(expected.deadTargets)")
            }
        }
    }
}

/// Aliases over three domains of ours and one of somebody else: chains, circles, catch-alls, extensions.
private struct DrawnAliases {
    let rows: [(key: String, value: String)]
    let mailboxes: [String]
    let main: String

    init(_ generator: inout SeededGenerator) {
        let domains = ["a.test", "b.test", "c.test"]
        let users = ["u", "v", "w", "x", "u+t", "v+t"]
        func address(_ generator: inout SeededGenerator) -> String {
            let domain = domains.randomElement(using: &generator) ?? ""
            return "\(users.randomElement(using: &generator) ?? "")@\(domain)"
        }
        func target(_ generator: inout SeededGenerator) -> String {
            switch Int.random(in: 0..<12, using: &generator) {
            case 0: return "far@else.test"
            case 1: return "@\(domains.randomElement(using: &generator) ?? "")"
            default: return address(&generator)
            }
        }
        var rows: [String: String] = [:]
        for _ in 0..<Int.random(in: 1...9, using: &generator) {
            let isCatchall = Int.random(in: 0..<7, using: &generator) == 0
            let key = isCatchall ? "@\(domains.randomElement(using: &generator) ?? "")" : address(&generator)
            var targets = (0..<Int.random(in: 1...2, using: &generator)).map { _ in target(&generator) }
            if !isCatchall, Int.random(in: 0..<6, using: &generator) == 0 { targets.append(key) }
            rows[key] = targets.joined(separator: ", ")
        }
        self.rows = rows.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        var mailboxes: Set<String> = []
        for _ in 0..<Int.random(in: 0...5, using: &generator) { mailboxes.insert(address(&generator)) }
        self.mailboxes = mailboxes.sorted()
        var main = "virtual_mailbox_domains = a.test, b.test\nvirtual_alias_domains = c.test\n"
        // Small limits, or what grows would grow for long.
        main += "virtual_alias_recursion_limit = 30\nvirtual_alias_expansion_limit = 200\n"
        if Bool.random(using: &generator) { main += "recipient_delimiter = +\n" }
        if Int.random(in: 0..<3, using: &generator) == 0 { main += "propagate_unmatched_extensions =\n" }
        if Int.random(in: 0..<3, using: &generator) == 0 {
            main += "virtual_catchall_after_mailboxes = yes\n"
        }
        self.main = main
    }

    var description: String {
        main + "aliases: \(rows.map { "\($0.key) -> \($0.value)" })\nmailboxes: \(mailboxes)"
    }

    func setup() throws -> TriedSetup {
        try TriedSetup(
            main
                + "virtual_alias_maps = texthash:DIR/aliases\nvirtual_mailbox_maps = texthash:DIR/mailboxes\n",
            files: [
                "aliases": rows.map { "\($0.key) \($0.value)\n" }.joined(),
                "mailboxes": mailboxes.map { "\($0) x\n" }.joined(),
            ])
    }
}

/// The naive way: each address that the tables name is asked for, one by one.
private struct Reference {
    /// The addresses of each circle; none where a limit was met without one.
    var loops: [[String]] = []
    var deadTargets: Set<String> = []
    private let addresses: [String]
    private let targets: Set<String>
    private let router: Router

    init(_ drawn: DrawnAliases, _ setup: TriedSetup) throws {
        router = try setup.setup().quietRouter(strict: true)
        var addresses: Set<String> = []
        var targets: Set<String> = []
        for (key, value) in drawn.rows {
            addresses.insert(key.hasPrefix("@") ? "anybody\(key)" : key)
            for target in value.split(separator: ", ").map(String.init) where !target.hasPrefix("@") {
                targets.insert(target)
            }
        }
        self.addresses = addresses.union(targets).sorted()
        self.targets = targets
    }

    func judge() async throws -> Reference {
        var result = self
        for text in addresses {
            let address = MailAddress(text)
            let record = RoutingRecord()
            let verdict = await router.verdict(on: address, observer: record)
            switch verdict {
            case .deferred(let reply, let cause) where reply.text.hasPrefix("451 4.3.5"):
                let path = cause.firstRange(of: "alias loop: ").map { cause[$0.upperBound...] } ?? ""
                result.loops.append(path.split(separator: " -> ").map(String.init))
            case .deferred(let reply, _): Issue.record("\(text): \(reply.text)")
            case .rejected, .accepted: break
            }
            guard targets.contains(text) else { continue }
            if await isDead(address, verdict, record) { result.deadTargets.insert(text) }
        }
        return result
    }

    /// Nobody has the address: it is no alias, or one of itself, and no table of its class knows it.
    private func isDead(_ address: MailAddress, _ verdict: RecipientVerdict, _ record: RoutingRecord) async
        -> Bool
    {
        let expansions = record.steps.compactMap { step -> [MailAddress]? in
            if case .expanded(let expanded, _, let targets) = step, expanded.folded == address.folded {
                return targets
            }
            return nil
        }
        let isLeftOut = record.steps.contains {
            if case .leftOut(let left) = $0 { left.folded == address.folded } else { false }
        }
        if isLeftOut { return true }
        if case .rejected = verdict { return expansions.isEmpty }
        return false
    }
}
