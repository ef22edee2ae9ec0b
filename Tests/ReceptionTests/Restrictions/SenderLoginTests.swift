import LookupTables
import MailFormat
import PostfixConfig
import Routing
import Synchronization
import Testing

@testable import Reception

/// Senders that belong to a login: smtpd_sender_login_maps and the words that ask it.
@Suite struct SenderLoginTests {
    private static func policy(_ values: [String: String]) throws -> AccessPolicy {
        let setup = TestServer.setup.merging([
            "smtpd_sasl_auth_enable": "yes",
            "smtpd_sender_login_maps":
                "inline:{ {john@example.org=john, admin}, {@example.com=boss}, {info=info} }",
            "recipient_delimiter": "+",
        ]) { $1 }
        let configuration = try Configuration(directory: "/nonexistent", values: setup.merging(values) { $1 })
        let opener = TableOpener(configuration: configuration)
        return AccessPolicy(
            settings: try AccessSettings(configuration, opener: opener),
            router: Router(
                settings: RoutingSettings(configuration),
                tables: RoutingTables(configuration, opener: opener)))
    }

    private static func answer(
        _ policy: AccessPolicy, sender: String, login: String?, observer: (any AccessObserver)? = nil
    ) async throws -> String {
        let address = try #require(IPAddress("203.0.113.9"))
        var circumstances = AccessPolicy.Circumstances(
            client: Client(name: "unknown", address: address), heloName: "x",
            sender: sender.isEmpty ? .null : .address(MailAddress(sender)))
        circumstances.login = login
        var warnings: AccessPolicy.Warnings = []
        switch await policy.decision(
            on: MailAddress("john@example.org"), in: circumstances, warnings: &warnings, observer: observer)
        {
        case .accepted: return "250"
        case .refused(let refusal): return refusal.reply.text
        }
    }

    private static func notOwned(_ sender: String, by login: String) -> String {
        "553 5.7.1 <\(sender)>: Sender address rejected: not owned by user \(login)"
    }

    private static func notLoggedIn(_ sender: String) -> String {
        "553 5.7.1 <\(sender)>: Sender address rejected: not logged in"
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String { "\(word): \(login ?? "nobody") as <\(sender)>" }
        var word: String
        var sender: String
        var login: String?
        var reply: String
    }

    static let cases: [Case] = {
        let (all, known) = ("reject_sender_login_mismatch", "reject_known_sender_login_mismatch")
        let authenticated = "reject_authenticated_sender_login_mismatch"
        let unauthenticated = "reject_unauthenticated_sender_login_mismatch"
        let john = "john@example.org"
        let foreign = "x@foreign.test"
        return [
            Case(word: all, sender: john, login: "john", reply: "250"),
            Case(word: all, sender: john, login: "ADMIN", reply: "250"),
            Case(word: all, sender: john, login: "jack", reply: notOwned(john, by: "jack")),
            Case(word: all, sender: john, login: nil, reply: notLoggedIn(john)),
            Case(word: all, sender: foreign, login: "john", reply: notOwned(foreign, by: "john")),
            Case(word: all, sender: foreign, login: nil, reply: "250"),
            Case(word: all, sender: "", login: "john", reply: "250"),
            // Without its extension, by the domain, and by the local part where the domain is this machine's.
            Case(word: all, sender: "john+x@example.org", login: "john", reply: "250"),
            Case(word: all, sender: "any@example.com", login: "boss", reply: "250"),
            Case(word: all, sender: "info@local.test", login: "info", reply: "250"),
            Case(
                word: all, sender: "info@example.org", login: "info",
                reply: notOwned("info@example.org", by: "info")),
            Case(word: authenticated, sender: john, login: nil, reply: "250"),
            Case(word: authenticated, sender: john, login: "jack", reply: notOwned(john, by: "jack")),
            Case(word: authenticated, sender: foreign, login: "john", reply: notOwned(foreign, by: "john")),
            Case(word: unauthenticated, sender: john, login: nil, reply: notLoggedIn(john)),
            Case(word: unauthenticated, sender: john, login: "jack", reply: "250"),
            Case(word: known, sender: foreign, login: "john", reply: "250"),
            Case(word: known, sender: john, login: "jack", reply: notOwned(john, by: "jack")),
            Case(word: known, sender: john, login: nil, reply: notLoggedIn(john)),
        ]
    }()

    @Test(arguments: cases)
    func `who may use a sender`(_ example: Case) async throws {
        let policy = try Self.policy(["smtpd_sender_restrictions": example.word])
        #expect(try await Self.answer(policy, sender: example.sender, login: example.login) == example.reply)
    }

    @Test func `without AUTH the words mean nothing`() async throws {
        let policy = try Self.policy([
            "smtpd_sender_restrictions": "reject_sender_login_mismatch", "smtpd_sasl_auth_enable": "no",
        ])
        #expect(try await Self.answer(policy, sender: "john@example.org", login: nil) == "250")
    }

    @Test func `owners that cannot be found out defer`() async throws {
        let policy = try Self.policy([
            "smtpd_sender_restrictions": "reject_sender_login_mismatch",
            "smtpd_sender_login_maps": "fail:logins",
        ])
        #expect(
            try await Self.answer(policy, sender: "john@example.org", login: "john")
                == "451 4.3.0 <john@example.org>: Temporary lookup failure")
    }

    @Test func `each word is told in the order of asking, with its questions between`() async throws {
        let policy = try Self.policy([
            "smtpd_client_restrictions": "permit_mynetworks, warn_if_reject reject",
            "smtpd_sender_restrictions": "reject_sender_login_mismatch",
            "smtpd_relay_restrictions": "permit_sasl_authenticated, reject_unauth_destination",
            "smtpd_recipient_restrictions": "defer_if_permit",
        ])
        let record = StepRecord()
        let reply = try await Self.answer(policy, sender: "john@example.org", login: "john", observer: record)
        #expect(
            reply == "450 4.7.0 <john@example.org>: Recipient address rejected: defer_if_permit requested")
        #expect(
            record.lines == [
                "smtpd_client_restrictions: permit_mynetworks, warn_if_reject reject",
                "permit_mynetworks", "passes mynetworks does not have 203.0.113.9",
                "warn_if_reject reject",
                "warns 554 5.7.1 <unknown[203.0.113.9]>: Client host rejected: Access denied",
                "smtpd_sender_restrictions: reject_sender_login_mismatch",
                "reject_sender_login_mismatch", "ask virtual_alias_domains example.org",
                "ask smtpd_sender_login_maps john@example.org",
                "passes john owns john@example.org by john@example.org",
                "smtpd_relay_restrictions: permit_sasl_authenticated, reject_unauth_destination",
                "permit_sasl_authenticated", "permits logged in as john",
                "skipped reject_unauth_destination",
                "smtpd_recipient_restrictions: defer_if_permit", "defer_if_permit",
                "keeps 450 4.7.0 <john@example.org>: Recipient address rejected: defer_if_permit requested",
            ])
    }
}

private final class StepRecord: AccessObserver {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }

    func observed(_ step: RoutingStep) {
        guard case .asked(let question) = step else { return }
        kept.withLock { $0.append("ask \(question.parameter) \(question.key)") }
    }

    func observed(_ step: AccessStep) {
        let line: String
        switch step {
        case .list(let parameter, let words): line = "\(parameter): \(words.joined(separator: ", "))"
        case .word(let word, _): line = word
        case .skipped(let words, _, _): line = "skipped \(words.joined(separator: ", "))"
        case .result(let result, _, _, let because):
            switch result {
            case .passes: line = "passes \(because)"
            case .permits: line = "permits \(because)"
            case .refuses(let reply): line = "refuses \(reply)"
            case .warns(let reply): line = "warns \(reply)"
            case .keeps(let reply): line = "keeps \(reply)"
            }
        }
        kept.withLock { $0.append(line) }
    }
}
