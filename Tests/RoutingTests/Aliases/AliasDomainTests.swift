import MailFormat
import Testing

@testable import Routing

/// `@alias.test → @box.test`, and catch-alls into one mailbox.
@Suite struct AliasDomainTests {
    private func setup(_ aliases: [String: String], _ change: (inout Setup) -> Void = { _ in }) -> Setup {
        var setup = Setup()
        setup.aliases = MemoryTable("aliases", aliases)
        setup.settings.recipientDelimiter = "+"
        setup.aliasDomains = ["alias.test", "second.test"]
        change(&setup)
        return setup
    }

    @Test(arguments: [
        ("john@alias.test", "250 john@box.test"),
        ("john+tag@alias.test", "250 john+tag@box.test"),
        ("anna@second.test", "250 anna@box.test"),
        ("team@alias.test", "250 john@box.test anna@box.test"),
        ("nobody@alias.test", "550 5.1.1"),
        ("nobody@second.test", "550 5.1.1"),
        ("gone@alias.test", "550 5.1.1"),
    ])
    func `takes mail for those who are there, however long the way`(address: String, answer: String)
        async throws
    {
        let setup = setup([
            "@alias.test": "@box.test", "@second.test": "@alias.test",
            "team@box.test": "john@box.test, anna@box.test",
            "gone@box.test": "left@box.test",
        ])
        let reply = try await setup.answer(address)
        #expect(answer.hasPrefix("250") ? reply == answer : reply.hasPrefix(answer), "\(reply)")
    }

    @Test(arguments: [
        ("john@alias.test", "250 john@box.test"),
        ("anna+tag@second.test", "250 anna+tag@box.test"),
        ("nobody@alias.test", "250 shared@far.test"),
        ("nobody+tag@second.test", "250 shared@far.test"),
        ("one@box.test", "250 john@box.test"),
    ])
    func `mailboxes come before catch-alls at every step`(address: String, answer: String) async throws {
        let setup = setup([
            "@alias.test": "@box.test", "@second.test": "@alias.test", "@box.test": "shared@far.test",
            "one@box.test": "two@alias.test", "two@box.test": "john@box.test",
        ]) { $0.settings.catchallAfterMailboxes = true }
        #expect(try await setup.answer(address) == answer)
    }

    /// As Postfix: the shared mailbox itself is taken by its own catch-all, which leads to itself.
    @Test(arguments: [false, true])
    func `a catch-all into one mailbox keeps the address that was written to`(isAfterMailboxes: Bool)
        async throws
    {
        let setup = setup(["@box.test": "john@box.test"]) {
            $0.settings.catchallAfterMailboxes = isAfterMailboxes
        }
        for address in ["who@box.test", "who+tag@box.test", "john@box.test"] {
            guard case .accepted(let finals) = await setup.router.verdict(on: MailAddress(address)) else {
                Issue.record("\(address) is refused")
                continue
            }
            #expect(finals.map(\.address.text) == ["john@box.test"])
            #expect(finals.map(\.original.text) == [address])
        }
        #expect(
            try await setup.answer("john+tag@box.test")
                == (isAfterMailboxes ? "250 john+tag@box.test" : "250 john@box.test"))
    }
}
