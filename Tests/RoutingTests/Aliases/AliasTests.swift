import MailFormat
import Testing

@testable import Routing

@Suite struct AliasTests {
    private func setup(_ aliases: [String: String], _ change: (inout Setup) -> Void = { _ in }) -> Setup {
        var setup = Setup()
        setup.aliases = MemoryTable("aliases", aliases)
        setup.settings.recipientDelimiter = "+"
        change(&setup)
        return setup
    }

    @Test(arguments: [
        (["jack@box.test": "john@box.test"], "jack@box.test", "john@box.test"),
        (
            ["jack@box.test": "john@box.test anna@box.test,x@far.test"], "Jack@BOX.test",
            "john@box.test anna@box.test x@far.test"
        ),
        (["a@alias.test": "b@alias.test", "b@alias.test": "john@box.test"], "a@alias.test", "john@box.test"),
        (["@alias.test": "@box.test"], "john@alias.test", "john@box.test"),
        (
            ["@alias.test": "@box.test", "john+t@box.test": "anna@box.test"], "john+t@alias.test",
            "anna@box.test"
        ),
        (["jack@box.test": "john@box.test"], "jack+tag@box.test", "john+tag@box.test"),
        (
            ["jack+tag@box.test": "anna@box.test", "jack@box.test": "john@box.test"], "jack+tag@box.test",
            "anna@box.test"
        ),
        (["@box.test": "john@box.test"], "who+tag@box.test", "john@box.test"),
        (["@box.test": "john@box.test", "anna@box.test": "anna@box.test"], "anna@box.test", "anna@box.test"),
        (["@box.test": "john@box.test"], "anna@box.test", "john@box.test"),
        (["jack@box.test": "jack@box.test anna@box.test"], "jack@box.test", "anna@box.test"),
        (["john@box.test": "john@box.test anna@box.test"], "john@box.test", "john@box.test anna@box.test"),
        (["jim": "john@box.test"], "jim", "john@box.test"),
        (["jim": "john@box.test"], "jim@here.test", "john@box.test"),
        (["team": "jim, john@box.test"], "team", "jim@here.test john@box.test"),
        (["d@alias.test": "JOHN@box.test, john@BOX.test"], "d@alias.test", "JOHN@box.test"),
        (["\"q q\"@alias.test": "john@box.test"], "q q@alias.test", "john@box.test"),
        (["q q@alias.test": "\"a b\"@far.test"], "q q@alias.test", "a b@far.test"),
        (["x@far.test": "john@box.test"], "x@far.test", "john@box.test"),
    ])
    func `an alias leads to its recipients`(aliases: [String: String], address: String, finals: String)
        async throws
    {
        #expect(try await setup(aliases).answer(address) == "250 " + finals)
    }

    /// Such an address would end the command that names it, and begin one of its own.
    @Test(arguments: [
        "\"x\nRCPT TO:<ceo@box.test>\nX-\"@box.test", "\"x\r\nDATA\"@box.test", "john\\\n@box.test",
        "a@[x\u{0}y]", "\"a\u{7f}\"@box.test",
    ])
    func `a line end or another control character in an answer is no address`(answer: String) async throws {
        let reply = try await setup(["a@alias.test": answer]).answer("a@alias.test")
        #expect(reply.hasPrefix("451 4.3.5"), "\(reply)")
    }

    @Test func `addresses are equal where their bytes are`() {
        let (composed, decomposed) = (MailAddress("jos\u{e9}@box.test"), MailAddress("jose\u{301}@box.test"))
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect(composed == MailAddress("jos\u{e9}@box.test"))
        #expect(MailAddress("postmaster") != MailAddress("postmaster@"))
    }

    @Test func `an extension stays behind where it is not to be passed on`() async throws {
        let setup = setup(["jack@box.test": "john@box.test", "at@box.test": "@far.test"]) {
            $0.settings.propagatesVirtualExtensions = false
        }
        #expect(try await setup.answer("jack+tag@box.test") == "250 john@box.test")
        #expect(try await setup.answer("at+tag@box.test") == "250 at@far.test")
    }

    @Test(arguments: [
        (
            ["a@alias.test": "b@alias.test", "b@alias.test": "a@alias.test"],
            "virtual_alias_maps: alias loop: a@alias.test -> b@alias.test -> a@alias.test"
        ),
        (
            [
                "a@alias.test": "x@far.test b@alias.test", "b@alias.test": "c@alias.test",
                "c@alias.test": "b@alias.test",
            ],
            "virtual_alias_maps: alias loop: b@alias.test -> c@alias.test -> b@alias.test"
        ),
        (
            ["a@alias.test": "x@far.test, b@alias.test", "b@alias.test": "y@far.test, a@alias.test"],
            "virtual_alias_maps: alias loop: a@alias.test -> b@alias.test -> a@alias.test"
        ),
        (
            ["a@alias.test": ", ;"],
            "virtual_alias_maps: alias a@alias.test has no address in its answer \", ;\""
        ),
    ])
    func `a loop or an answer without an address waits, and the log says why`(
        aliases: [String: String], cause: String
    ) async throws {
        let setup = setup(aliases)
        #expect(
            try await setup.answer("a@alias.test")
                == "451 4.3.5 <a@alias.test>: Recipient address rejected: Server configuration error")
        #expect(try await setup.cause("a@alias.test") == cause)
    }

    @Test func `a way that meets an alias to itself ends there`() async throws {
        let setup = setup([
            "a@alias.test": "b@far.test, c@far.test", "b@far.test": "a@alias.test, b@far.test",
        ])
        #expect(try await setup.answer("a@alias.test") == "250 b@far.test c@far.test")
    }

    @Test func `limits hold`() async throws {
        let wide = setup(["a@alias.test": (0..<1001).map { "x\($0)@far.test" }.joined(separator: ",")])
        #expect(try await wide.cause("a@alias.test").contains("virtual_alias_expansion_limit = 1000"))
        let fits = setup(["a@alias.test": (0..<1000).map { "x\($0)@far.test" }.joined(separator: ",")])
        #expect(try await fits.answer("a@alias.test").hasPrefix("250 x0@far.test"))
        let deep = setup(
            Dictionary(
                uniqueKeysWithValues: (0..<1001).map { ("a\($0)@alias.test", "a\($0 + 1)@alias.test") }))
        #expect(try await deep.cause("a0@alias.test").contains("virtual_alias_recursion_limit = 1000"))
        let long = setup(["a@alias.test": String(repeating: "x", count: 1000) + "@far.test"])
        #expect(try await long.cause("a@alias.test").contains("virtual_alias_address_length_limit"))
    }

    /// `team0 → member0, team1`, `team1 → member1, team2`, …: only what an alias names first is nested in it.
    @Test(arguments: [
        (3, "250 a3@far.test"),
        (4, "451 4.3.5 <a0@alias.test>: Recipient address rejected: Server configuration error"),
    ])
    func `aliases of later members are not nested`(chain: Int, answer: String) async throws {
        var aliases = ["a\(chain - 1)@alias.test": "a\(chain)@far.test"]
        for level in 0..<(chain - 1) { aliases["a\(level)@alias.test"] = "a\(level + 1)@alias.test" }
        for level in 0..<9 {
            aliases["team\(level)@alias.test"] = "m\(level)@far.test, team\(level + 1)@alias.test"
        }
        aliases["team9@alias.test"] = "m9@far.test"
        let setup = setup(aliases) { $0.settings.aliasRecursionLimit = 4 }
        #expect(try await setup.answer("a0@alias.test") == answer)
        let members = (0..<10).map { "m\($0)@far.test" }.joined(separator: " ")
        #expect(try await setup.answer("team0@alias.test") == "250 \(members)")
    }

    @Test func `a growing address ends at a limit, in bounded time`() async throws {
        let setup = setup(["@alias.test": "x+y@alias.test z@alias.test"]) {
            $0.settings.recipientDelimiter = ""
        }
        #expect(try await setup.answer("a@alias.test").hasPrefix("451 4.3.5") == false)
        let doubling = self.setup(
            Dictionary(
                uniqueKeysWithValues: (0..<30).map {
                    ("a\($0)@alias.test", "a\($0 + 1)@alias.test a\($0 + 1)@alias.test")
                }))
        #expect(try await doubling.cause("a0@alias.test").contains("virtual_alias_expansion_limit"))
    }

    @Test func `no key is asked twice, and a shared one once`() async throws {
        var setup = setup(["team@box.test": "john@box.test, anna@box.test"])
        setup.mailboxes = MemoryTable("m", ["john@box.test": "x", "anna@box.test": "x"])
        #expect(try await setup.answer("team@box.test") == "250 john@box.test anna@box.test")
        #expect(
            setup.aliases.asked.sorted() == ["@box.test", "anna@box.test", "john@box.test", "team@box.test"])
        #expect(setup.mailboxes.asked.sorted() == ["anna@box.test", "john@box.test"])
    }

    @Test func `a catch-all leaves mailboxes alone where it comes after them`() async throws {
        let setup = setup(["@box.test": "john@box.test"]) { $0.settings.catchallAfterMailboxes = true }
        #expect(try await setup.answer("anna@box.test") == "250 anna@box.test")
        #expect(try await setup.answer("anna+tag@box.test") == "250 anna+tag@box.test")
        #expect(try await setup.answer("who@box.test") == "250 john@box.test")
    }

    @Test func `a target whose domain is none can get no mail`() async throws {
        let setup = setup([
            "a@alias.test": "x@$1.test", "b@alias.test": "x@-bad.test, john@box.test, y@1.2.3.4",
            "c@alias.test": "x@b\u{fc}cher.test, y@[192.0.2.7]",
        ])
        #expect(
            try await setup.answer("a@alias.test")
                == "550 5.1.3 <a@alias.test>: Recipient address rejected: bad address syntax")
        #expect(try await setup.answer("b@alias.test") == "250 john@box.test")
        #expect(try await setup.answer("c@alias.test") == "250 x@b\u{fc}cher.test y@[192.0.2.7]")
    }

    @Test func `where nothing is appended to a bare name, its domain's aliases are not its own`() async throws
    {
        let setup = setup([
            "k": "john@box.test", "@mx.here.test": "anna@box.test", "l@alias.test": "jim",
            "m@alias.test": "k",
        ]) { $0.settings.appendsAtMyorigin = false }
        #expect(try await setup.answer("k") == "250 john@box.test")
        #expect(try await setup.answer("jim") == "250 jim@mx.here.test")
        #expect(try await setup.answer("l@alias.test") == "250 jim@mx.here.test")
        #expect(try await setup.answer("m@alias.test") == "250 john@box.test")
        #expect(try await setup.answer("jim@mx.here.test") == "250 anna@box.test")
    }

    @Test func `targets that nobody looks at are sent to where they lead`() async throws {
        let setup = setup(["a@alias.test": "john%box.test@here.test, jim, ghost%box.test"]) {
            $0.settings.rejectsUnlistedAliasTargets = false
        }
        #expect(try await setup.answer("a@alias.test") == "250 john@box.test jim@here.test ghost@box.test")
    }

    @Test func `a target that is nobody is refused, or left out beside others`() async throws {
        let setup = setup([
            "gone@alias.test": "nobody@box.test", "some@alias.test": "nobody@box.test john@box.test",
            "@box.test": "@box.test", "dead@alias.test": "nothing@alias.test",
        ])
        for address in ["gone@alias.test", "who@box.test", "dead@alias.test"] {
            #expect(
                try await setup.answer(address)
                    == "550 5.1.1 <\(address)>: Recipient address rejected: User unknown in virtual alias table"
            )
        }
        #expect(try await setup.answer("some@alias.test") == "250 john@box.test")
        var asPostfix = setup
        asPostfix.settings.rejectsUnlistedAliasTargets = false
        #expect(try await asPostfix.answer("gone@alias.test") == "250 nobody@box.test")
    }
}
