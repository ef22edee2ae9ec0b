import MailFormat
import Testing

@testable import Diagnosis

@Suite struct QuotaDeferralsTests {
    private func findings(_ deferrals: [DeferredRecipient]) async throws -> [Finding] {
        let tried = try TriedSetup()
        var setup = try tried.setup()
        setup.deferrals = { deferrals }
        return await Examination.patient([QuotaDeferrals.self]).findings(in: setup)
    }

    private func deferral(_ original: String, _ status: String, _ reason: String) throws -> DeferredRecipient
    {
        DeferredRecipient(
            address: MailAddress("john@example.org"), original: MailAddress(original),
            status: try #require(EnhancedStatusCode(status)), reason: reason)
    }

    @Test func `the final target of an alias is named with the server's words`() async throws {
        let words =
            "host dovecot said: 452 4.2.2 <john@example.org> Quota exceeded (mailbox for user is full)"
        let found = try await findings([
            deferral("info@example.org", "4.2.2", words), deferral("john@example.org", "4.2.2", words),
        ])
        #expect(found.count == 1)
        let finding = try #require(found.first)
        #expect(finding.subject == "john@example.org")
        #expect(finding.severity == .error)
        #expect(finding.message.contains("2 messages wait for it, sent to info@example.org"))
        #expect(finding.evidence.contains { $0.text == words })
    }

    @Test func `mail that waits for another reason is no matter of quotas`() async throws {
        let found = try await findings([
            deferral("info@example.org", "4.4.1", "connect to dovecot: Connection refused")
        ])
        #expect(found.isEmpty)
    }
}
