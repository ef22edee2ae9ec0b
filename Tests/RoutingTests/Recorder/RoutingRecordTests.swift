import MailFormat
import Routing
import Testing

@Suite struct RoutingRecordTests {
    private func steps(_ address: String, _ change: (inout Setup) -> Void = { _ in }) async throws -> [String]
    {
        var setup = Setup()
        setup.settings.recipientDelimiter = "+"
        change(&setup)
        let record = RoutingRecord()
        _ = try await setup.answer(address, observer: record)
        return record.steps.compactMap(Self.line)
    }

    private static func line(_ step: RoutingStep) -> String? {
        switch step {
        case .asked(let question):
            switch question.answer {
            case .found(let value): "\(question.parameter) \(question.key) = \(value)"
            case .notFound: "\(question.parameter) \(question.key) -"
            case .failed(let failure): "\(question.parameter) \(question.key) ! \(failure.reason)"
            }
        case .notAsked(let parameter, let key, _): "not \(parameter) \(key)"
        case .rewritten(let from, let to): "\(from) means \(to)"
        case .changed(let from, let to, let because): "changed \(from) \(to) \(because)"
        case .copied(let to, let because): "copied \(to) \(because)"
        case .classified(let domain, let addressClass, _): "\(domain) is \(addressClass)"
        case .split(let address, let user, let `extension`): "\(address) = \(user) \(`extension`)"
        case .expanded(let address, let key, let targets): "\(address) by \(key) -> \(targets)"
        case .keptItself(let address): "\(address) itself"
        case .stopped(_, let cause): cause
        case .known(let address, _): "\(address) known"
        case .unknown(let address, _): "\(address) unknown"
        case .leftOut(let address): "\(address) left out"
        case .routed: nil
        case .contested(let domain, let first, let second):
            RoutingStep.contestedWarning(domain, by: first, and: second)
        case .warned(let text): text
        }
    }

    @Test func `tells each question and decision in order`() async throws {
        let steps = try await steps("jack+x@box.test") {
            $0.aliases = MemoryTable("a", ["jack@box.test": "john@box.test nobody@box.test"])
        }
        #expect(
            steps == [
                "box.test is virtualMailbox",
                "virtual_alias_maps jack+x@box.test -",
                "virtual_alias_maps jack@box.test = john@box.test nobody@box.test",
                "not virtual_alias_maps @box.test",
                "jack+x@box.test = jack +x",
                "jack+x@box.test by jack@box.test -> [john+x@box.test, nobody+x@box.test]",
                "virtual_alias_maps john+x@box.test -", "virtual_alias_maps nobody+x@box.test -",
                "virtual_alias_maps john@box.test -", "virtual_alias_maps nobody@box.test -",
                "virtual_alias_maps @box.test -",
                "not virtual_mailbox_maps jack+x@box.test",
                "virtual_mailbox_maps john+x@box.test -", "virtual_mailbox_maps nobody+x@box.test -",
                "virtual_mailbox_maps john@box.test = x", "virtual_mailbox_maps nobody@box.test -",
                "virtual_mailbox_maps @box.test -", "john+x@box.test known", "nobody+x@box.test unknown",
                "nobody+x@box.test left out",
            ])
    }

    @Test func `tells what was sent, and what went wrong`() async throws {
        var setup = Setup()
        setup.mailboxes = MemoryTable("m", failing: ["*"])
        let record = RoutingRecord()
        _ = try await setup.answer("john@box.test", observer: record)
        let questions = record.steps.compactMap { step in
            if case .asked(let question) = step { question } else { nil }
        }
        #expect(questions.map(\.table) == ["memory:aliases", "memory:aliases", "memory:m"])
        #expect(
            questions.map { $0.statements.map(\.text) } == [
                ["GET john@box.test"], ["GET @box.test"], ["GET john@box.test"],
            ])
        #expect(questions.allSatisfy { $0.statements.allSatisfy { $0.host == "memory" } })
        guard case .failed(let failure)? = questions.last?.answer else {
            Issue.record("the last question did not fail")
            return
        }
        #expect(failure.reason == "no server")
    }

    @Test func `tells of completions, self-mapping, loops and second classes`() async throws {
        #expect(try await steps("jim").first == "jim means jim@here.test")
        #expect(
            try await steps("john@box.test") {
                $0.aliases = MemoryTable("a", ["john@box.test": "john@box.test"])
            }
            .contains("john@box.test itself"))
        #expect(
            try await steps("a@box.test") {
                $0.aliases = MemoryTable("a", ["a@box.test": "b@box.test", "b@box.test": "a@box.test"])
            }
            .last == "alias loop: a@box.test -> b@box.test -> a@box.test")
        #expect(
            try await steps("john@box.test") { $0.relayDomains = ["box.test"] }
                .contains("do not list domain box.test in BOTH virtual_mailbox_domains and relay_domains"))
    }

    @Test func `nothing changes by being watched`() async throws {
        for address in [
            "john@box.test", "jack+x@box.test", "jim", "x@alias.test", "no@box.test", "x@far.test",
        ] {
            let plain = Setup()
            let watched = Setup()
            let answers = (
                try await plain.answer(address), try await watched.answer(address, observer: RoutingRecord())
            )
            #expect(answers.0 == answers.1)
            #expect(plain.aliases.asked == watched.aliases.asked)
            #expect(plain.mailboxes.asked == watched.mailboxes.asked)
        }
    }
}
