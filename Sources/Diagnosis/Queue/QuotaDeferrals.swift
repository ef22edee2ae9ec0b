import MailFormat

/// Mail that waits since a mailbox is full; an alias hides whose.
public struct QuotaDeferrals: Rule {
    public static let name = "quota-deferrals"
    public static let summary =
        "Mail in the queue for a mailbox that is full, with the aliases that lead there."
    public static let remedy = "less mail in the mailbox, or a larger quota"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.servers

    public init() {}

    private struct FullMailbox {
        var messages = 0
        var originals: [String] = []
        var answer = ""
    }

    public func findings(in setup: Setup) async -> [Finding] {
        var full: [String: FullMailbox] = [:]
        for deferred in await setup.deferrals() where Self.isAboutQuota(deferred) {
            let target = deferred.address.folded.text
            var mailbox = full[target] ?? FullMailbox()
            mailbox.messages += 1
            mailbox.answer = deferred.reason
            let original = deferred.original.folded.text
            if original != target, mailbox.originals.count < 5, !mailbox.originals.contains(original) {
                mailbox.originals.append(original)
            }
            full[target] = mailbox
        }
        let sorted = full.sorted { ($1.value.messages, $0.key) < ($0.value.messages, $1.key) }
        return sorted.prefix(shownFindings).map { target, mailbox in
            let count = mailbox.messages.counted("message waits", "messages wait")
            let aliases = mailbox.originals.isEmpty ? "" : ", sent to \(mailbox.originals.shortened { $0 })"
            return finding(
                .error, target, "the mailbox \(target) is full: \(count) for it\(aliases)",
                evidence: [Evidence(place: "delivery to \(target)", mailbox.answer)]
                    + mailbox.originals.map { Evidence("\($0) -> \(target)") },
                cure: "let its owner delete mail, or raise the quota of \(target); then: martlet queue flush")
        }
    }

    /// X.2.2, "mailbox full" (RFC 3463 §3.3), or the words of servers that say it with another code.
    private static func isAboutQuota(_ deferred: DeferredRecipient) -> Bool {
        let status = deferred.status.description
        if status == "4.2.2" || status == "5.2.2" { return true }
        let words = deferred.reason.lowercased()
        return ["quota", "mailbox is full", "mailbox full", "out of disk space for user"]
            .contains { words.contains($0) }
    }
}
