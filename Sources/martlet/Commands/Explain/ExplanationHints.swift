import LookupTables
import MailFormat
import Reception
import Routing

/// What the way alone does not show: who would have the mail otherwise, and what to write where. Each is one more
/// question, put after the verdict and not part of it.
extension ExplainedSituation {
    func completed(_ explanation: Explanation) async -> Explanation {
        var explanation = explanation
        explanation.ownership = await ownership()
        explanation.hints += [
            await shadowedMailbox(explanation), await subaddress(explanation), openDoor(explanation),
        ].compactMap(\.self)
        explanation.hints += await senderHints(explanation)
        if explanation.reply.isPositive, let refusal = await rehearsal.refusalOfContent(observer: nil) {
            explanation.hints.append(
                .init(
                    text: "DATA is refused all the same (smtpd_data_restrictions): \(refusal.reply.text)",
                    cure: nil))
        }
        return explanation
    }

    // MARK: Mailboxes

    /// A mailbox whose mail a catch-all takes: aliases are asked first.
    private func shadowedMailbox(_ explanation: Explanation) async -> Explanation.Hint? {
        let start = explanation.start
        guard explanation.addressClass == .virtualMailbox, let key = explanation.aliases[start]?.key,
            key.hasPrefix("@"),
            !explanation.deliveries.contains(where: { $0.recipient.folded == start.folded }),
            let found = try? await router.find(start, in: tables.virtualMailboxMaps),
            !found.key.hasPrefix("@")
        else { return nil }
        return .init(
            text:
                "\(start.quoted) is a mailbox (virtual_mailbox_maps has \(found.key)), and gets none of its mail: "
                + "aliases are asked before mailboxes, and the catch-all \(key) answers",
            cure:
                "\(configuration.command("postconf")) virtual_catchall_after_mailboxes=yes, or an alias from \(start.quoted) to itself"
        )
    }

    /// A local domain that takes every name, and mail for names that nobody has comes back.
    private func openDoor(_ explanation: Explanation) -> Explanation.Hint? {
        guard explanation.addressClass == .local, explanation.reply.isPositive,
            tables.localRecipientMaps.isEmpty,
            explanation.awaited.contains(where: { if case .returned = $0.end { true } else { false } })
        else { return nil }
        return .init(
            text:
                "local_recipient_maps is empty, so \(explanation.start.domain ?? "") takes any name; what nobody has "
                + "comes back to a sender that may be forged. The default knows users and aliases",
            cure: "\(configuration.command("postconf")) -X local_recipient_maps")
    }

    /// An address with something behind a sign that many use for extensions, where it means nothing.
    private func subaddress(_ explanation: Explanation) async -> Explanation.Hint? {
        let start = explanation.start
        let delimiters = configuration[.recipientDelimiter]
        guard explanation.reply.isPermanent, explanation.addressClass == .virtualMailbox,
            let at = start.localPart.firstIndex(where: { "+-".contains($0) && !delimiters.contains($0) }),
            at != start.localPart.startIndex
        else { return nil }
        let sign = start.localPart[at]
        let bare = MailAddress(localPart: String(start.localPart[..<at]), domain: start.domain)
        for list in [tables.virtualAliasMaps, tables.virtualMailboxMaps] {
            guard let found = try? await router.find(bare, in: list), !found.key.hasPrefix("@") else {
                continue
            }
            let now = delimiters.isEmpty ? "is empty" : "= \(delimiters)"
            return .init(
                text:
                    "\(bare.quoted) is here, but recipient_delimiter \(now), so \(sign) is a letter like any other",
                cure: "\(configuration.command("postconf")) recipient_delimiter=\(delimiters)\(sign)")
        }
        return nil
    }
}
