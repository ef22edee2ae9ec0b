import LookupTables
import MailFormat
import PostfixConfig
import Routing
import Synchronization
import Testing

@testable import Reception

/// What reject_unverified_recipient and reject_unverified_sender answer to what probes have found.
@Suite struct VerificationTests {
    /// Knows of each address what its local part says.
    private struct Oracle: AddressVerifier {
        func verification(of address: MailAddress, patience: Duration) async -> Verification {
            switch address.localPart {
            case "bad": Verification(.undeliverable, "no such user", because: "because")
            case "full": Verification(.deferred, "mailbox is full", because: "because")
            case "long": Verification(.deferred, String(repeating: "é", count: 200), because: "because")
            case "new": .pending(because: "because")
            case "broken": Verification(.unavailable, "", because: "because")
            default: Verification(.deliverable, "Ok", because: "because")
            }
        }
    }

    private static func policy(_ values: [String: String]) throws -> AccessPolicy {
        let setup = [
            "myhostname": "mx.test", "mydestination": "", "relay_domains": "x.test", "mynetworks": "",
            "smtpd_relay_restrictions": "reject_unauth_destination",
        ].merging(values) { $1 }
        let configuration = try Configuration(directory: "/nonexistent", values: setup)
        let opener = TableOpener(configuration: configuration)
        return AccessPolicy(
            settings: try AccessSettings(configuration, opener: opener),
            router: Router(
                settings: RoutingSettings(configuration),
                tables: RoutingTables(configuration, opener: opener)), verifier: Oracle())
    }

    private static func answer(
        _ values: [String: String], to recipient: String, from sender: String = "",
        warnings: Int = 0
    ) async throws -> String {
        let address = try #require(IPAddress("203.0.113.9"))
        let circumstances = AccessPolicy.Circumstances(
            client: Client(name: "unknown", address: address), heloName: "c.test",
            sender: sender.isEmpty ? .null : .address(MailAddress(sender)))
        var warned: AccessPolicy.Warnings = []
        let decision = try await policy(values).decision(
            on: MailAddress(recipient), in: circumstances, warnings: &warned)
        #expect(warned.count == warnings)
        switch decision {
        case .accepted: return "250"
        case .refused(let refusal): return refusal.reply.text
        }
    }

    private static let recipients = ["smtpd_recipient_restrictions": "reject_unverified_recipient"]
    private static let senders = ["smtpd_sender_restrictions": "reject_unverified_sender"]

    @Test(arguments: [
        ("good", "250"),
        (
            "bad",
            "450 4.1.1 <bad@x.test>: Recipient address rejected: unverified address: no such user"
        ),
        ("full", "450 4.1.1 <full@x.test>: Recipient address rejected: unverified address: mailbox is full"),
        (
            "new",
            "450 4.1.1 <new@x.test>: Recipient address rejected: unverified address: Address verification in progress"
        ),
        ("broken", "450 4.1.1 <broken@x.test>: Recipient address rejected: address verification problem"),
    ]) func `recipients, as main.cf leaves it`(user: String, reply: String) async throws {
        #expect(try await Self.answer(Self.recipients, to: "\(user)@x.test") == reply)
    }

    @Test func `codes and reasons are the operator's`() async throws {
        let values = Self.recipients.merging([
            "unverified_recipient_reject_code": "550", "unverified_recipient_defer_code": "451",
            "unverified_recipient_reject_reason": "Address lookup failed",
        ]) { $1 }
        #expect(
            try await Self.answer(values, to: "bad@x.test")
                == "550 5.1.1 <bad@x.test>: Recipient address rejected: undeliverable address: Address lookup failed"
        )
        #expect(
            try await Self.answer(values, to: "full@x.test")
                == "451 4.1.1 <full@x.test>: Recipient address rejected: unverified address: Address lookup failed"
        )
        let lenient = Self.recipients.merging(["unverified_recipient_defer_code": "250"]) { $1 }
        #expect(try await Self.answer(lenient, to: "new@x.test") == "250")
    }

    @Test func `senders are judged by their own settings, and the null sender never`() async throws {
        let bad = "450 4.1.7 <bad@y.test>: Sender address rejected: unverified address: no such user"
        #expect(try await Self.answer(Self.senders, to: "a@x.test", from: "bad@y.test") == bad)
        #expect(try await Self.answer(Self.senders, to: "a@x.test") == "250")
        let hard = Self.senders.merging(["unverified_sender_reject_code": "553"]) { $1 }
        #expect(
            try await Self.answer(hard, to: "a@x.test", from: "bad@y.test")
                == "553 5.1.7 <bad@y.test>: Sender address rejected: undeliverable address: no such user")
    }

    @Test func `a temporary refusal gives way to a final one, unless the operator wants it at once`()
        async throws
    {
        let list = ["smtpd_recipient_restrictions": "reject_unverified_recipient, reject"]
        #expect(
            try await Self.answer(list, to: "new@x.test")
                == "554 5.7.1 <new@x.test>: Recipient address rejected: Access denied")
        let atOnce = list.merging(["reject_tempfail_action": "defer"]) { $1 }
        #expect(try await Self.answer(atOnce, to: "new@x.test").hasPrefix("450 4.1.1 <new@x.test>"))
        let permits = ["smtpd_recipient_restrictions": "reject_unverified_recipient, permit"]
        #expect(try await Self.answer(permits, to: "new@x.test").hasPrefix("450 4.1.1 <new@x.test>"))
    }

    @Test(arguments: ["bad", "new", "broken"])
    func `behind warn_if_reject the log alone is told`(user: String) async throws {
        let list = ["smtpd_recipient_restrictions": "warn_if_reject, reject_unverified_recipient"]
        #expect(try await Self.answer(list, to: "\(user)@x.test", warnings: 1) == "250")
    }

    @Test func `a temporary refusal quotes 250 bytes, and no half characters`() async throws {
        let reply = try await Self.answer(Self.recipients, to: "long@x.test")
        #expect(reply.hasSuffix("unverified address: " + String(repeating: "é", count: 125)))
    }

    @Test func `our own probes' sender is taken whatever the lists say`() async throws {
        let list = ["smtpd_recipient_restrictions": "reject", "smtpd_client_restrictions": "reject"]
        #expect(try await Self.answer(list, to: "Double-Bounce@mx.test") == "250")
        #expect(try await Self.answer(list, to: "double-bounce@x.test").hasPrefix("554"))
        let own = list.merging(["address_verify_sender": "v@other.test"]) { $1 }
        #expect(try await Self.answer(own, to: "v@other.test") == "250")
        #expect(try await Self.answer(own, to: "double-bounce@mx.test").hasPrefix("554"))
    }

    @Test func `DATA asks about a single recipient`() async throws {
        let policy = try Self.policy(["smtpd_data_restrictions": "reject_unverified_recipient"])
        let circumstances = AccessPolicy.Circumstances(
            client: Client(name: "unknown", address: try #require(IPAddress("203.0.113.9"))))
        var warnings: AccessPolicy.Warnings = []
        let refusal = await policy.refusal(
            at: .data, in: circumstances, recipient: MailAddress("bad@x.test"), warnings: &warnings)
        #expect(refusal?.reply.code == 450)
        #expect(await policy.refusal(at: .data, in: circumstances, warnings: &warnings) == nil)
    }
}
