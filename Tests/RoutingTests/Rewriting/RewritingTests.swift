import LookupTables
import MailFormat
import Testing

@testable import Routing

@Suite struct RewritingTests {
    private func setup(
        sender: MemoryTable? = nil, recipient: MemoryTable? = nil, canonical: MemoryTable? = nil,
        recipientBcc: MemoryTable? = nil, senderBcc: MemoryTable? = nil,
        _ change: (inout RoutingSettings) -> Void = { _ in }
    ) -> Setup {
        var setup = Setup()
        func list(_ parameter: String, _ table: MemoryTable?) -> TableList {
            TableList(parameter: parameter, tables: table.map { [$0] } ?? [])
        }
        setup.rewriting.senderCanonicalMaps = list("sender_canonical_maps", sender)
        setup.rewriting.recipientCanonicalMaps = list("recipient_canonical_maps", recipient)
        setup.rewriting.canonicalMaps = list("canonical_maps", canonical)
        setup.rewriting.recipientBccMaps = list("recipient_bcc_maps", recipientBcc)
        setup.rewriting.senderBccMaps = list("sender_bcc_maps", senderBcc)
        change(&setup.settings)
        return setup
    }

    private func sender(_ text: String, _ setup: Setup) async throws -> String {
        try await setup.router.sender(ReversePath(text)).sender.text
    }

    // MARK: Senders

    @Test func `the sender's table comes first, then the common one`() async throws {
        let setup = setup(
            sender: MemoryTable("s", ["a@x.test": "b@x.test"]),
            canonical: MemoryTable("c", ["b@x.test": "c@x.test"]))
        #expect(try await sender("a@x.test", setup) == "c@x.test")
        #expect(try await sender("b@x.test", setup) == "c@x.test")
        #expect(try await sender("other@x.test", setup) == "other@x.test")
    }

    @Test(arguments: [
        ("a+tag@x.test", "b+tag@y.test"), ("a@x.test", "b@y.test"), ("any+tag@at.test", "any+tag@other.test"),
        ("one@x.test", "three@x.test"), ("self@x.test", "self@x.test"), ("bare", "named@here.test"),
        ("quoted@x.test", "q u@x.test"), ("many@x.test", "first@x.test"),
    ])
    func `answers are read as Postfix reads them`(address: String, expected: String) async throws {
        let table = MemoryTable(
            "s",
            [
                "a@x.test": "B <b@y.test>", "@at.test": "@other.test", "one@x.test": "two@x.test",
                "two@x.test": "three@x.test", "self@x.test": "self@x.test", "bare": "named",
                "quoted@x.test": "\"q u\"@x.test", "many@x.test": "first@x.test, second@x.test",
            ])
        let setup = setup(sender: table) { $0.recipientDelimiter = "+" }
        #expect(try await sender(address, setup) == expected)
    }

    @Test func `extensions stay behind where canonical is not named`() async throws {
        let setup = setup(sender: MemoryTable("s", ["a@x.test": "b@y.test"])) {
            $0.recipientDelimiter = "+"
            $0.rewriting.propagatesExtensions = false
        }
        #expect(try await sender("a+tag@x.test", setup) == "b@y.test")
    }

    @Test func `a circle ends after ten turns`() async throws {
        let setup = setup(sender: MemoryTable("s", ["a@x.test": "b@x.test", "b@x.test": "a@x.test"]))
        #expect(try await sender("a@x.test", setup) == "a@x.test")
        let chain = (0..<20).map { ("c\($0)@x.test", "c\($0 + 1)@x.test") }
        let long = self.setup(sender: MemoryTable("s", Dictionary(uniqueKeysWithValues: chain)))
        #expect(try await sender("c0@x.test", long) == "c10@x.test")
    }

    @Test func `the null sender is left alone and asks nothing`() async throws {
        let table = MemoryTable("s", failing: ["*"])
        #expect(try await sender("", setup(sender: table)) == "")
        #expect(table.asked.isEmpty)
    }

    @Test func `classes say which addresses a table changes`() async throws {
        let table = MemoryTable("c", ["a@x.test": "b@x.test"])
        let setup = setup(canonical: table) { $0.rewriting.canonical = [.envelopeRecipient] }
        #expect(try await sender("a@x.test", setup) == "a@x.test")
        #expect(setup.router.rewritesSenders == false)
    }

    @Test(arguments: ["a@x.test": "no address", "b@x.test": "control"])
    func `an answer without an address is a failure`(address: String, _: String) async throws {
        let table = MemoryTable("s", ["a@x.test": ",", "b@x.test": "\"a\u{1}b\"@x.test"])
        await #expect(throws: RewritingFailure.self) {
            try await self.sender(address, self.setup(sender: table))
        }
    }

    // MARK: Masquerading

    @Test(arguments: [
        ("u@h.masq.test", "u@masq.test"), ("u@a.b.MASQ.test", "u@masq.test"), ("u@masq.test", "u@masq.test"),
        ("u@in.masq.test", "u@in.masq.test"), ("u@a.in.masq.test", "u@a.in.masq.test"),
        ("u@xmasq.test", "u@xmasq.test"), ("ROOT@h.masq.test", "ROOT@h.masq.test"),
        ("root+x@h.masq.test", "root+x@masq.test"), ("u@h.up.test", "u@up.test"),
    ])
    func `machines are hidden behind their domain`(address: String, expected: String) async throws {
        var setup = setup { $0.rewriting.masquerade = Masquerade(["!in.masq.test", "masq.test", "Up.Test"]) }
        setup.rewriting.masqueradeExceptions = MatchList(parameter: "masquerade_exceptions", names: ["Root"])
        #expect(try await sender(address, setup) == expected)
    }

    // MARK: Recipients

    @Test func `a canonical address is accepted for what it leads to`() async throws {
        let setup = setup(
            recipient: MemoryTable(
                "r",
                [
                    "old@box.test": "john@box.test", "dead@box.test": "nobody@box.test",
                    "far@box.test": "x@far.test",
                    "alias@box.test": "team@alias.test",
                ]))
        var aliased = setup
        aliased.aliases = MemoryTable("aliases", ["team@alias.test": "john@box.test, anna@box.test"])
        #expect(try await setup.answer("old@box.test") == "250 john@box.test")
        #expect(try await setup.answer("far@box.test") == "250 x@far.test")
        #expect(try await aliased.answer("alias@box.test") == "250 john@box.test anna@box.test")
        #expect(
            try await setup.answer("dead@box.test")
                == "550 5.1.1 <dead@box.test>: Recipient address rejected: User unknown in virtual mailbox table"
        )
        #expect(
            try await setup.answer("nobody@box.test")
                == "550 5.1.1 <nobody@box.test>: Recipient address rejected: User unknown in virtual mailbox table"
        )
    }

    @Test func `without looking through, every canonical address is accepted`() async throws {
        let setup = setup(recipient: MemoryTable("r", ["dead@box.test": "nobody@box.test"])) {
            $0.rejectsUnlistedAliasTargets = false
        }
        #expect(try await setup.answer("dead@box.test") == "250 nobody@box.test")
    }

    @Test func `an alias may lead back to the address that was rewritten`() async throws {
        var setup = setup(recipient: MemoryTable("r", ["john@box.test": "list@alias.test"]))
        setup.aliases = MemoryTable("aliases", ["list@alias.test": "john@box.test"])
        #expect(try await setup.answer("john@box.test") == "250 john@box.test")
    }

    @Test func `masquerading makes nobody known`() async throws {
        var setup = setup {
            $0.rewriting.masquerade = Masquerade(["box.test"])
            $0.rewriting.masqueraded = [.envelopeRecipient]
        }
        setup.mailboxDomains = ["box.test", "h.box.test"]
        setup.mailboxes = MemoryTable(
            "mailboxes", ["john@box.test": "x", "john@h.box.test": "x", "jim@box.test": "x"])
        #expect(try await setup.answer("john@h.box.test") == "250 john@box.test")
        #expect(try await setup.answer("jim@h.box.test").hasPrefix("550 5.1.1 <jim@h.box.test>"))
    }

    @Test func `a masqueraded address needs only to be listed, whatever its aliases lead to`() async throws {
        var setup = setup {
            $0.rewriting.masquerade = Masquerade(["box.test"])
            $0.rewriting.masqueraded = [.envelopeRecipient]
        }
        setup.mailboxDomains = ["box.test", "h.box.test"]
        setup.aliases = MemoryTable("aliases", ["@h.box.test": "ghost@h.box.test"])
        #expect(try await setup.answer("john@h.box.test") == "250 john@box.test")
        #expect(try await setup.answer("ghost@h.box.test").hasPrefix("550 5.1.1 <ghost@h.box.test>"))
        setup.settings.rejectsUnlistedAliasTargets = false
        #expect(try await setup.answer("ghost@h.box.test") == "250 ghost@box.test")
    }

    @Test func `a canonical answer without a domain stays so where nothing is appended`() async throws {
        var setup = setup(recipient: MemoryTable("r", ["old@box.test": "jim"])) {
            $0.appendsAtMyorigin = false
        }
        setup.aliases = MemoryTable("aliases", ["@mx.here.test": "anna@box.test"])
        #expect(try await setup.answer("old@box.test") == "250 jim@mx.here.test")
    }

    @Test func `a sender's copy goes his own way`() async throws {
        var setup = setup(
            senderBcc: MemoryTable("b", ["j@far.test": "copy@far.test", "k@far.test": "copy@far.test"]))
        setup.senderTransports = MemoryTable("t", ["j@far.test": "error:5.7.9 not from you"])
        #expect(try await setup.router.sender(ReversePath("k@far.test")).copies.count == 1)
        #expect(try await setup.router.sender(ReversePath("j@far.test")).copies.isEmpty)
        // As the queue knows him.
        #expect(try await setup.router.sender(ReversePath("j%far.test")).copies.isEmpty)
    }

    @Test func `copies go through canonical and alias tables, and refuse nobody`() async throws {
        var setup = setup(
            recipient: MemoryTable("r", ["copy@box.test": "team@alias.test"]),
            recipientBcc: MemoryTable(
                "b", ["john@box.test": "copy@box.test", "anna@box.test": "ghost@box.test"]))
        setup.aliases = MemoryTable("aliases", ["team@alias.test": "anna@box.test, ghost@box.test"])
        #expect(try await setup.answer("john@box.test") == "250 john@box.test anna@box.test")
        #expect(try await setup.answer("anna@box.test") == "250 anna@box.test")
    }

    @Test func `copies are told of, and the sender hears of none`() async throws {
        let record = RoutingRecord()
        let setup = setup(
            recipient: MemoryTable("r", ["old@box.test": "john@box.test"]),
            recipientBcc: MemoryTable("b", ["john@box.test": "anna@box.test"]))
        _ = try await setup.answer("old@box.test", observer: record)
        let steps = record.steps.map { "\($0)" }
        #expect(
            steps.contains {
                $0.hasPrefix("changed") && $0.contains("recipient_canonical_maps has old@box.test")
            })
        #expect(
            steps.contains { $0.hasPrefix("copied") && $0.contains("recipient_bcc_maps has john@box.test") })
        let destination = try await setup.router.destination(of: MailAddress("old@box.test"))
        guard
            case .accepted(let finals) = await setup.router.verdict(
                on: MailAddress("old@box.test"), at: destination)
        else {
            Issue.record("not accepted")
            return
        }
        #expect(finals.map(\.isReported) == [true, false])
        #expect(finals.map(\.original.text) == ["old@box.test", "anna@box.test"])
    }

    @Test func `a broken canonical answer is the operator's to mend`() async throws {
        let setup = setup(recipient: MemoryTable("r", ["odd@box.test": ","]))
        #expect(
            try await setup.answer("odd@box.test")
                == "451 4.3.5 <odd@box.test>: Recipient address rejected: Server configuration error")
        #expect(try await setup.cause("odd@box.test").contains("recipient_canonical_maps: odd@box.test"))
        let failing = self.setup(recipient: MemoryTable("r", failing: ["*"]))
        #expect(try await failing.answer("x@box.test") == "451 4.3.0 <x@box.test>: Temporary lookup failure")
    }

    // MARK: Header fields

    @Test func `a field's addresses are asked for side by side, each key once`() async throws {
        let table = MemoryTable("c", ["a@x.test": "b@x.test", "@y.test": "all@z.test"])
        let setup = setup(canonical: table)
        var addresses = ["a@x.test", "a@x.test", "c@y.test", "d@y.test", "e", "\"\""].map {
            HeaderAddress(MailAddress($0))
        }
        _ = try await setup.router.rewrite(
            &addresses, as: .headerRecipient, completion: setup.router.localCompletion)
        #expect(
            addresses.map { String(decoding: $0.text, as: UTF8.self) }.prefix(5) == [
                "b@x.test", "b@x.test", "all@z.test", "all@z.test", "e@here.test",
            ])
        #expect(table.asked.count { $0 == "@y.test" } == 1)
        #expect(table.asked.count { $0 == "a@x.test" } == 1)
    }
}
