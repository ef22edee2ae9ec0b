import LookupTables
import MailFormat
import Peers
import Routing
import Testing

@Suite struct DomainListTests {
    private func isMailbox(_ domain: String, _ elements: [String]) async throws -> Bool {
        var setup = Setup()
        setup.mailboxDomains = elements
        return try await setup.router.addressClass(of: MailAddress("x@\(domain)")) == .virtualMailbox
    }

    @Test func `a file's words stand in its place, negation and all`() async throws {
        let directory = try TemporaryDirectory("domains")
        let inner = try directory.write("inner", "# a comment\none.test, two.test\n   three.test\n")
        let outer = try directory.write("outer", "!four.test \(inner)\n")
        for domain in ["one.test", "two.test", "three.test", "THREE.test"] {
            #expect(try await isMailbox(domain, [outer]))
            #expect(try await isMailbox(domain, ["!\(outer)", "one.test"]) == false)
        }
        #expect(try await isMailbox("four.test", [outer, "four.test"]) == false)
        #expect(try await isMailbox("four.test", ["!!four.test"]))
    }

    @Test func `a file that names itself ends, and fails`() async throws {
        let directory = try TemporaryDirectory("domains")
        let path = directory.appending("self")
        try directory.write("self", path)
        await #expect(throws: LookupFailure.self) { try await isMailbox("one.test", [path]) }
        #expect(try await isMailbox("one.test", ["one.test", path]))
    }

    @Test(arguments: [
        (MatchList.Subdomains.never, "a.one.test", false), (.never, "one.test", true),
        (.always, "a.one.test", true),
        (.always, "aone.test", false), (.withLeadingDot, "a.one.test", false),
        (.withLeadingDot, "a.two.test", true),
        (.withLeadingDot, "two.test", false), (.always, "test", false),
    ])
    func `subdomains match as the parameter says`(
        subdomains: MatchList.Subdomains, domain: String, isListed: Bool
    ) async throws {
        var setup = Setup()
        setup.relayList = MatchList(
            parameter: "relay_domains", names: ["one.test", ".two.test"], subdomains: subdomains)
        #expect(
            try await setup.router.addressClass(of: MailAddress("x@\(domain)"))
                == (isListed ? .relay : .other))
    }
}
