import MailFormat
import PostfixConfig
import Testing

@testable import Routing

@Suite struct ProbeSenderTests {
    private static func sender(_ values: [String: String]) throws -> ProbeSender {
        ProbeSender(
            try Configuration(
                directory: "/nonexistent", values: ["myhostname": "mx.example.org"].merging(values) { $1 }))
    }

    @Test func `by default it is double-bounce at this machine`() throws {
        let sender = try Self.sender([:])
        #expect(sender.address(at: 0).text == "double-bounce@mx.example.org")
        #expect(sender.has(MailAddress("Double-Bounce@MX.example.org"), at: 0))
        #expect(!sender.has(MailAddress("double-bounce@example.org"), at: 0))
        #expect(!sender.has(MailAddress("double-bounce"), at: 0))
        #expect(!sender.has(MailAddress("double-bounce1@mx.example.org"), at: 0))
    }

    @Test(arguments: ["", "<>"]) func `the null sender is nobody's address`(value: String) throws {
        let sender = try Self.sender(["address_verify_sender": value])
        #expect(sender.address(at: 0) == .null)
        #expect(!sender.has(MailAddress("double-bounce@mx.example.org"), at: 0))
        #expect(!sender.has(MailAddress(""), at: 0))
    }

    @Test func `one that changes is taken a turn before and a turn after`() throws {
        let sender = try Self.sender(["address_verify_sender": "v@a.test", "address_verify_sender_ttl": "1h"])
        // 31 turns are one with two digits.
        let now: Int64 = 31 * 3_600
        #expect(sender.address(at: now).text == "v10@a.test")
        #expect(sender.address(at: now + 3_599).text == "v10@a.test")
        for (address, isIts) in [
            ("v10@a.test", true), ("V10@A.test", true), ("vZ@a.test", true), ("v11@a.test", true),
            ("v12@a.test", false), ("vY@a.test", false), ("v@a.test", false), ("v10@b.test", false),
        ] {
            #expect(sender.has(MailAddress(address), at: now) == isIts, "\(address)")
        }
        #expect(sender.has(MailAddress("v0@a.test"), at: 0))
    }
}
