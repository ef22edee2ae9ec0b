import MailFormat
import Testing

@testable import Routing

/// `recipient_delimiter_longest_match`: john-anything@ and john+anything@, and names that have a hyphen themselves.
@Suite struct SubaddressTests {
    private func setup(_ delimiters: String = "+-", longest: Bool = true) -> Setup {
        var setup = Setup()
        setup.settings.recipientDelimiter = delimiters
        setup.settings.matchesLongestName = longest
        setup.mailboxes = MemoryTable(
            "mailboxes", ["john@box.test": "x", "mary@box.test": "x", "mary-jane@box.test": "x"])
        setup.aliases = MemoryTable(
            "aliases",
            [
                "mary@box.test": "anna@far.test", "info-desk@box.test": "desk@far.test",
                "info@box.test": "info@far.test",
            ])
        return setup
    }

    @Test(arguments: [
        ("john-shop@box.test", "john-shop@box.test"),
        ("john+shop@box.test", "john+shop@box.test"),
        // The mailbox mary-jane is there: the alias of mary has no part in it.
        ("mary-jane@box.test", "mary-jane@box.test"),
        ("mary-jane+shop@box.test", "mary-jane+shop@box.test"),
        ("Mary-Jane+a-b@box.test", "Mary-Jane+a-b@box.test"),
        ("mary-shop@box.test", "anna-shop@far.test"),
        ("mary+jane@box.test", "anna+jane@far.test"),
        ("info-desk+urgent@box.test", "desk+urgent@far.test"),
        ("info-else@box.test", "info-else@far.test"),
        ("jim-tag", "jim-tag@here.test"),
    ])
    func `the longest name that is a mailbox or an alias counts`(address: String, finals: String) async throws
    {
        #expect(try await setup().answer(address) == "250 " + finals)
    }

    @Test func `Postfix's way, by default, splits at the first delimiter and asks aliases first`()
        async throws
    {
        let setup = setup(longest: false)
        #expect(try await setup.answer("mary-jane@box.test") == "250 anna-jane@far.test")
        #expect(try await setup.answer("mary-jane+shop@box.test") == "250 anna-jane+shop@far.test")
        #expect(setup.mailboxes.asked == [])
    }

    @Test(arguments: ["owner-john@box.test", "john-request@box.test"])
    func `names of mailing lists stay whole`(address: String) async throws {
        #expect(try await setup().answer(address).hasPrefix("550 5.1.1"))
    }

    @Test
    func `a mailbox by a longer name still has the catch-all before it, unless those come after mailboxes`()
        async throws
    {
        var setup = setup()
        setup.aliases = MemoryTable(
            "aliases", ["mary@box.test": "anna@far.test", "@box.test": "all@far.test"])
        #expect(try await setup.answer("mary-jane@box.test") == "250 all@far.test")
        setup.settings.catchallAfterMailboxes = true
        #expect(try await setup.answer("mary-jane+x@box.test") == "250 mary-jane+x@box.test")
        #expect(try await setup.answer("nobody-x@box.test") == "250 all@far.test")
    }

    @Test func `no more is asked for an address without a delimiter, and a long one has an end`() async throws
    {
        let setup = setup()
        _ = try await setup.answer("john@box.test")
        #expect(setup.aliases.asked == ["john@box.test", "@box.test"])
        #expect(setup.mailboxes.asked == ["john@box.test"])
        _ = try await setup.answer("a" + String(repeating: "-a", count: 400) + "@box.test")
        #expect(setup.aliases.asked.count <= 2 + 10)
        #expect(setup.mailboxes.asked.count <= 1 + 10)
    }
}
