import MailFormat
import Testing

@testable import Routing

/// `virtual_alias_wildcard_length`: `sales-*@example.org`.
@Suite struct WildcardTests {
    private func setup(_ aliases: [String: String], length: Int = 16) -> Setup {
        var setup = Setup()
        setup.aliases = MemoryTable("aliases", aliases)
        setup.settings.recipientDelimiter = "+"
        setup.settings.aliasWildcardLength = length
        return setup
    }

    @Test(arguments: [
        ("sales-north@box.test", "a@far.test"),
        ("Sales-North@BOX.test", "a@far.test"),
        ("sales-@box.test", "a@far.test"),
        // The longest prefix wins, and an address that stands there itself wins over all.
        ("sales-eu-1@box.test", "b@far.test"),
        ("sales-eu@box.test", "a@far.test"),
        ("sales-hq@box.test", "hq@far.test"),
        ("sales-hq+tag@box.test", "hq+tag@far.test"),
        ("sales-north+tag@box.test", "a@far.test"),
        // Before the catch-all, and only in its own domain.
        ("sale@box.test", "all@far.test"),
        ("other-x@alias.test", "other-x@box2.test"),
    ])
    func `takes what begins so`(address: String, finals: String) async throws {
        let setup = setup([
            "sales-*@box.test": "a@far.test", "sales-eu-*@box.test": "b@far.test",
            "sales-hq@box.test": "hq@far.test", "@box.test": "all@far.test",
            "other-*@alias.test": "@box2.test",
        ])
        #expect(try await setup.answer(address) == "250 " + finals)
    }

    @Test func `asks one key for each character of the prefix, before the catch-all`() async throws {
        let setup = setup([:], length: 3)
        _ = try await setup.answer("john@box.test")
        #expect(setup.aliases.asked.first == "john@box.test")
        #expect(setup.aliases.asked[1..<4].sorted() == ["j*@box.test", "jo*@box.test", "joh*@box.test"])
        #expect(setup.aliases.asked.last == "@box.test")
        #expect(setup.aliases.asked.count == 5)
    }

    @Test func `nothing is asked for them by default`() async throws {
        let setup = setup(["j*@box.test": "a@far.test"], length: 0)
        #expect(try await setup.answer("john@box.test") == "250 john@box.test")
        #expect(setup.aliases.asked == ["john@box.test", "@box.test"])
    }

    @Test func `several addresses ask a shared wildcard once`() async throws {
        let setup = setup([
            "team@box.test": "sales-a@box.test, sales-b@box.test", "s*@box.test": "x@far.test",
        ])
        #expect(try await setup.answer("team@box.test") == "250 x@far.test")
        #expect(Set(setup.aliases.asked).count == setup.aliases.asked.count)
    }

    @Test func `a wildcard that leads into itself ends there`() async throws {
        let setup = setup(["s*@box.test": "sales@box.test", "loop*@alias.test": "loop1@alias.test"])
        #expect(try await setup.answer("sam@box.test").hasPrefix("550 5.1.1"))
        #expect(try await setup.answer("loop7@alias.test").hasPrefix("550 5.1.1"))
    }

    @Test func `it comes after mailboxes where catch-alls do`() async throws {
        var setup = setup(["j*@box.test": "x@far.test"])
        #expect(try await setup.answer("john@box.test") == "250 x@far.test")
        setup.settings.catchallAfterMailboxes = true
        #expect(try await setup.answer("john@box.test") == "250 john@box.test")
        #expect(try await setup.answer("jack@box.test") == "250 x@far.test")
    }
}
