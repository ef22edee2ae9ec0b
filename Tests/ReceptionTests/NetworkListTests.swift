import MailFormat
import NIOCore
import Peers
import Testing

@testable import Reception

@Suite struct NetworkListTests {
    @Test(arguments: [
        ("127.0.0.1", true), ("127.255.0.1", true), ("192.0.2.7", false), ("192.0.2.8", true), ("::1", true),
        ("::2", false), ("2001:db8::5", true), ("2001:db9::5", false), ("10.0.0.1", false),
        ("198.51.100.63", true), ("198.51.100.64", false),
    ])
    func matches(_ address: String, _ isListed: Bool) throws {
        let list = try NetworkList([
            "127.0.0.0/8", "!192.0.2.7", "192.0.2.0/24", "[::1]/128", "[2001:db8::]/32", "198.51.100.0/26",
        ])
        #expect(list.contains(try #require(IPAddress(address))) == isListed)
    }

    @Test func clientsOfASocketForBothVersionsAreThoseOfVersion4() throws {
        let address = try SocketAddress(ipAddress: "::ffff:192.0.2.9", port: 25)
        #expect(try NetworkList(["192.0.2.0/24"]).contains(try #require(IPAddress(address))))
    }

    @Test(arguments: [
        "192.0.2.1/24", "192.0.2.0/33", "host.example.org", "hash:/etc/x", "192.0.2.0/x", "/nonexistent",
    ])
    func badPatternsAreNamed(_ pattern: String) {
        #expect(throws: SettingsFailure.self) { try NetworkList([pattern]) }
    }

    @Test func filesMayBeNamed() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("networks", "# ours\n192.0.2.0/24\n!10.0.0.1\n  10.0.0.0/8\n")
        let list = try NetworkList([path])
        #expect(list.contains(try #require(IPAddress("192.0.2.1"))))
        #expect(list.contains(try #require(IPAddress("10.0.0.2"))))
        #expect(!list.contains(try #require(IPAddress("10.0.0.1"))))
    }

    @Test func filesThatNameEachOtherEnd() throws {
        let directory = try TemporaryDirectory()
        let path = directory.appending("networks")
        try directory.write("networks", path)
        #expect(throws: SettingsFailure.self) { try NetworkList([path]) }
    }
}
