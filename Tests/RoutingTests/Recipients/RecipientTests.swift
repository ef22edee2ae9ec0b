import MailFormat
import Routing
import Testing

@Suite struct RecipientTests {
    @Test(arguments: [
        ("john@box.test", "250 john@box.test"),
        (
            "nobody@box.test",
            "550 5.1.1 <nobody@box.test>: Recipient address rejected: User unknown in virtual mailbox table"
        ),
        (
            "no body@box.test",
            "550 5.1.1 <no body@box.test>: Recipient address rejected: User unknown in virtual mailbox table"
        ),
        (
            "x@alias.test",
            "550 5.1.1 <x@alias.test>: Recipient address rejected: User unknown in virtual alias table"
        ),
        ("jim", "250 jim@here.test"),
        ("jam", "550 5.1.1 <jam>: Recipient address rejected: User unknown in local recipient table"),
        (
            "jam@HERE.test",
            "550 5.1.1 <jam@HERE.test>: Recipient address rejected: User unknown in local recipient table"
        ),
        ("postmaster", "250 postmaster@here.test"),
        ("Postmaster@here.test", "250 Postmaster@here.test"),
        ("mailer-daemon@here.test", "250 mailer-daemon@here.test"),
        ("double-bounce@here.test", "250 double-bounce@here.test"),
        (
            "postmaster@box.test",
            "550 5.1.1 <postmaster@box.test>: Recipient address rejected: User unknown in virtual mailbox table"
        ),
        ("any@relay.test", "250 any@relay.test"),
        ("any@far.test", "250 any@far.test"),
        ("john%box.test@here.test", "250 john@box.test"),
        (
            "@box.test",
            "550 5.1.1 <@box.test>: Recipient address rejected: User unknown in virtual mailbox table"
        ),
    ])
    func `answers as the class's table says`(address: String, answer: String) async throws {
        #expect(try await Setup().answer(address) == answer)
    }

    @Test func `codes and the table's name follow the parameters`() async throws {
        var setup = Setup()
        setup.settings.showsUserUnknownTableName = false
        setup.settings.unknownVirtualMailboxRejectCode = 450
        setup.settings.unknownVirtualAliasRejectCode = 553
        #expect(
            try await setup.answer("no@box.test")
                == "450 4.1.1 <no@box.test>: Recipient address rejected: User unknown")
        #expect(
            try await setup.answer("no@alias.test")
                == "553 5.1.1 <no@alias.test>: Recipient address rejected: User unknown")
    }

    @Test func `what could not be asked is never "not there"`() async throws {
        let waits = "451 4.3.0 <x@box.test>: Temporary lookup failure"
        for failing in [["*"], ["x@box.test"], ["@box.test"]] as [Set<String>] {
            var aliases = Setup()
            aliases.aliases = MemoryTable("a", failing: failing)
            #expect(try await aliases.answer("x@box.test") == waits)
            var mailboxes = Setup()
            mailboxes.mailboxes = MemoryTable("m", failing: failing)
            #expect(try await mailboxes.answer("x@box.test") == waits)
            #expect(try await mailboxes.cause("x@box.test") == "memory:m: no server")
        }
        var target = Setup()
        target.aliases = MemoryTable("a", ["x@box.test": "y@box.test john@box.test"], failing: ["y@box.test"])
        #expect(try await target.answer("x@box.test") == waits)
    }

    @Test func `a known mailbox costs three questions beyond its domain`() async throws {
        let setup = Setup()
        _ = try await setup.answer("john@box.test")
        #expect(setup.aliases.asked == ["john@box.test", "@box.test"])
        #expect(setup.mailboxes.asked == ["john@box.test"])
    }

    @Test func `tables that take whole addresses are not asked for parts`() async throws {
        var setup = Setup()
        setup.settings.recipientDelimiter = "+"
        setup.aliases = MemoryTable(
            "pattern", ["@box.test": "anna@box.test", "john@box.test": "anna@box.test"], keys: .whole)
        #expect(try await setup.answer("john+tag@box.test") == "250 john+tag@box.test")
        #expect(setup.aliases.asked == ["john+tag@box.test"])
    }

    @Test func `an error transport refuses, a retry transport waits`() async throws {
        var setup = Setup()
        setup.transports = MemoryTable(
            "t",
            ["gone.test": "error:5.1.6 moved away", "later.test": "retry:come again", "shut.test": "error:"])
        #expect(
            try await setup.answer("x@gone.test")
                == "550 5.1.6 <x@gone.test>: Recipient address rejected: moved away")
        #expect(
            try await setup.answer("x@later.test")
                == "450 4.1.1 <x@later.test>: Recipient address rejected: come again")
        #expect(
            try await setup.answer("x@shut.test")
                == "550 5.1.1 <x@shut.test>: Recipient address rejected: Address is undeliverable")
    }

    @Test func `a status has the class of its code`() async throws {
        var setup = Setup()
        setup.settings.unknownVirtualAliasRejectCode = 450
        setup.transports = MemoryTable("t", ["far.test": "error:4.2.1 not now"])
        #expect(
            try await setup.answer("no@alias.test")
                == "450 4.1.1 <no@alias.test>: Recipient address rejected: User unknown in virtual alias table"
        )
        #expect(
            try await setup.answer("x@far.test")
                == "550 5.2.1 <x@far.test>: Recipient address rejected: not now")
    }

    @Test(arguments: [
        ("jack@box.test", ["nobody@box.test", "john@box.test"]), ("nobody@box.test", ["nobody@box.test"]),
        ("x@later.test", ["x@later.test"]), ("dead@alias.test", ["gone@box.test"]),
    ])
    func `where nobody asks whether it is listed, aliases are followed and that is all`(
        address: String, finals: [String]
    ) async throws {
        var setup = Setup()
        setup.transports = MemoryTable("t", ["later.test": "retry:come again"])
        setup.aliases = MemoryTable(
            "a", ["jack@box.test": "nobody@box.test, john@box.test", "dead@alias.test": "gone@box.test"])
        let recipient = MailAddress(address)
        let router = setup.router
        let destination = try await router.destination(of: recipient)
        guard case .accepted(let found) = await router.expansion(of: recipient, at: destination) else {
            Issue.record("\(address) is refused")
            return
        }
        #expect(found.map(\.address.text) == finals)
        #expect(setup.mailboxes.asked == [])
    }

    /// Postfix quotes `jim%box.test.`, for a name cannot end in a dot.
    @Test(arguments: [
        ("john%box.test", "john@box.test"), ("box.test!john", "john@box.test"),
        ("box.test.!john", "john@box.test"),
        ("a b%box.test", "a b%box.test@here.test"), ("john%box.test.", "john%box.test.@here.test"),
    ])
    func `what has to be quoted is a name and no route`(address: String, completed: String) {
        #expect(Setup().router.completed(MailAddress(address)).text == completed)
    }
}
