import LookupTables
import MailFormat
import Routing
import Testing

@Suite struct RouteTests {
    @Test(arguments: [
        ("john@box.test", "lmtp:unix:private/dovecot-lmtp"), ("jim", "local:mx.here.test"),
        ("x@far.test", "smtp:[hub.test]"),
        ("x@relay.test", "relay:[hub.test]"),
        ("x@alias.test", "error:5.1.1 User unknown in virtual alias table"),
        ("x@exact.test", "smtp:[a.test]:26"), ("x@sub.dot.test", "smtp:parent"),
        ("x@dot.test", "smtp:[hub.test]"),
        ("u@user.test", "lmtp:user.test"), ("u+tag@user.test", "lmtp:user.test"),
        ("v@user.test", "smtp:[hub.test]"),
        ("x@hop.test", "smtp:onlyhop"), ("x@same.test", "smtp:[hub.test]"), ("x@FAR.test", "smtp:[hub.test]"),
    ])
    func `the class and transport_maps choose`(address: String, route: String) async throws {
        var setup = Setup()
        setup.settings.recipientDelimiter = "+"
        setup.settings.virtualTransport = "lmtp:unix:private/dovecot-lmtp"
        setup.settings.relayhost = "[hub.test]"
        setup.transports = MemoryTable(
            "t",
            [
                "exact.test": "smtp:[a.test]:26", ".dot.test": "smtp:parent", "u@user.test": "lmtp:",
                "hop.test": ":onlyhop",
                "same.test": ":",
            ])
        #expect(try await setup.router.route(for: MailAddress(address), from: .null).description == route)
    }

    @Test func `a star takes what is left`() async throws {
        var setup = Setup()
        setup.transports = MemoryTable("t", ["*": "smtp:[all.test]"])
        #expect(
            try await setup.router.route(for: MailAddress("x@far.test"), from: .null).description
                == "smtp:[all.test]")
    }

    /// Postfix waits for ever.
    @Test(arguments: [":", ":[hub.test]"])
    func `a sender's transport without a name is a mistake that mail waits for`(answer: String) async throws {
        var setup = Setup()
        setup.senderTransports = MemoryTable("t", ["j@far.test": answer, "k@far.test": "smtp:[hub.test]"])
        await #expect(throws: LookupFailure.self) {
            try await setup.router.route(
                for: MailAddress("x@other.test"), from: .address(MailAddress("j@far.test")))
        }
        let route = try await setup.router.route(
            for: MailAddress("x@other.test"), from: .address(MailAddress("k@far.test")))
        #expect(route.description == "smtp:[hub.test]")
    }

    @Test func `without transport maps or relayhost the domain is the next hop`() async throws {
        #expect(
            try await Setup().router.route(for: MailAddress("x@far.test"), from: .null).description
                == "smtp:far.test")
        #expect(
            try await Setup().router.route(for: MailAddress("john@box.test"), from: .null).description
                == "virtual:box.test")
    }
}
