import LookupTables
import MailFormat
import Peers
import Testing

@Suite struct ClientListTests {
    private func list(_ elements: [String], subdomains: MatchList.Subdomains = .withLeadingDot) throws
        -> ClientList
    {
        let opener = try Opening().opener
        return try ClientList(
            parameter: "mynetworks", elements: elements, subdomains: subdomains
        ) { opener.list("mynetworks", of: [$0]) }
    }

    private func isListed(_ address: String, name: String = "unknown", _ list: ClientList) async throws
        -> Bool
    {
        try await list.contains(name: name, address: try #require(IPAddress(address)))
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.255.0.1", true), ("192.0.2.7", false), ("192.0.2.8", true), ("::1", true),
        ("::2", false), ("2001:db8::5", true), ("2001:db9::5", false), ("10.0.0.1", false),
        ("198.51.100.63", true), ("198.51.100.64", false),
    ])
    func networksMatch(_ address: String, _ isMember: Bool) async throws {
        let list = try list([
            "127.0.0.0/8", "!192.0.2.7", "192.0.2.0/24", "[::1]/128", "[2001:db8::]/32", "198.51.100.0/26",
        ])
        #expect(try await isListed(address, list) == isMember)
        #expect(list.answerFromWords(name: "unknown", address: try #require(IPAddress(address))) == isMember)
    }

    @Test(arguments: ["192.0.2.1/24", "192.0.2.0/33", "192.0.2.0/x", "192.0.2", "[::1", "192.0.2.0/24/8"])
    func badPatternsAreNamed(_ pattern: String) {
        #expect(throws: ClientList.Mistake.self) { try list([pattern]) }
    }

    @Test func tablesAreAskedForNameAndAddress() async throws {
        let list = try list([
            "!inline:{192.0.2.1=x}", "cidr:{{192.0.2.0/24 x}}", "inline:{mail.example.org=x, .sub.test=y}",
        ])
        for (address, name, isMember) in [
            ("192.0.2.1", "mail.example.org", false), ("192.0.2.2", "unknown", true),
            ("203.0.113.1", "mail.example.org", true), ("203.0.113.1", "a.sub.test", true),
            ("203.0.113.1", "sub.test", false), ("203.0.113.1", "unknown", false),
        ] {
            #expect(try await isListed(address, name: name, list) == isMember, "\(address) \(name)")
        }
        #expect(list.answerFromWords(name: "x", address: try #require(IPAddress("192.0.2.2"))) == nil)
    }

    @Test func namesMatchAsTheParameterSays() async throws {
        let listed = try list(["host.test", ".dot.test"])
        #expect(try await isListed("192.0.2.1", name: "HOST.test", listed))
        #expect(try await isListed("192.0.2.1", name: "a.dot.test", listed))
        #expect(try await !isListed("192.0.2.1", name: "a.host.test", listed))
        #expect(
            try await isListed("192.0.2.1", name: "a.host.test", try list(["host.test"], subdomains: .always))
        )
    }

    @Test func whatCannotBeAskedFailsUnlessAnEarlierElementAnswers() async throws {
        for broken in ["fail:x", "/nonexistent/file", "cidr:/nonexistent/file", "zip:zap"] {
            let list = try list(["192.0.2.1", broken])
            #expect(try await isListed("192.0.2.1", list))
            await #expect(throws: LookupFailure.self) { try await isListed("192.0.2.2", list) }
        }
    }

    @Test func filesMayBeNamed() async throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("networks", "# ours\n192.0.2.0/24\n!10.0.0.1\n  10.0.0.0/8\n")
        let listed = try list([path])
        #expect(try await isListed("192.0.2.1", listed))
        #expect(try await isListed("10.0.0.2", listed))
        #expect(try await !isListed("10.0.0.1", listed))
        #expect(try await !isListed("192.0.2.1", try list(["!\(path)", "0.0.0.0/0"])))
    }

    @Test func filesThatNameEachOtherFail() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.appending("networks")
        try directory.write("networks", path)
        await #expect(throws: LookupFailure.self) { try await isListed("192.0.2.1", try list([path])) }
    }
}
