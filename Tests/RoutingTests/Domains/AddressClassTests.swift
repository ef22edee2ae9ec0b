import LookupTables
import MailFormat
import Routing
import Testing

@Suite struct AddressClassTests {
    @Test(arguments: [
        ("x@here.test", AddressClass.local), ("x@HERE.test", .local), ("x", .local),
        ("x@[192.0.2.1]", .local),
        ("x@[IPv6:2001:db8:0::1]", .local), ("x@[192.0.2.2]", .other), ("x@alias.test", .virtualAlias),
        ("x@sub.alias.test", .other), ("x@box.test", .virtualMailbox), ("x@box.test.", .virtualMailbox),
        ("x@relay.test", .relay), ("x@sub.relay.test", .relay), ("x@notrelay.test", .other),
        ("x@far.test", .other),
        // Routing through this machine is resolved, so that nobody relays by it.
        ("x%far.test@here.test", .other), ("far.test!x@here.test", .other), ("x@far.test@here.test", .other),
        ("x%box.test%here.test@mx.here.test", .virtualMailbox), ("x%y@box.test", .virtualMailbox),
    ])
    func `finds the class in Postfix's order`(address: String, expected: AddressClass) async throws {
        #expect(try await Setup().router.destination(of: MailAddress(address)).addressClass == expected)
    }

    @Test(arguments: [
        ("x%y@box.test", true), ("x!y@far.test", true), ("x@y@box.test", true), ("x@box.test", false),
        ("x%far.test@here.test", false),
    ])
    func `sees operators for somebody further on`(address: String, isRouted: Bool) async throws {
        #expect(try await Setup().router.destination(of: MailAddress(address)).isRouted == isRouted)
    }

    @Test func `lists name tables, negate, and are asked in order`() async throws {
        var setup = Setup()
        setup.domainTables = ["memory:d": MemoryTable("d", ["one.test": "x", "two.test": "x"])]
        setup.mailboxDomains = ["!two.test", "memory:d"]
        #expect(try await setup.router.addressClass(of: MailAddress("x@one.test")) == .virtualMailbox)
        #expect(try await setup.router.addressClass(of: MailAddress("x@two.test")) == .other)
    }

    @Test func `relay domains in a table match their parents`() async throws {
        var setup = Setup()
        let table = MemoryTable("d", ["one.test": "x"])
        setup.domainTables = ["memory:d": table]
        setup.relayDomains = ["memory:d"]
        #expect(try await setup.router.addressClass(of: MailAddress("x@a.b.one.test")) == .relay)
        #expect(table.asked == ["a.b.one.test", "b.one.test", "one.test"])
    }

    @Test func `a list that cannot be asked, or a file that is not there, is no answer`() async throws {
        for element in ["memory:broken", "/nowhere/at/all"] {
            var setup = Setup()
            setup.mailboxDomains = [element]
            let router = setup.router
            await #expect(throws: LookupFailure.self) {
                try await router.addressClass(of: MailAddress("x@far.test"))
            }
            #expect(try await router.addressClass(of: MailAddress("x@alias.test")) == .virtualAlias)
        }
    }
}
