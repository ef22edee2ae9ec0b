import LookupTables
import MailFormat
import Reception
import Routing

/// What the way alone does not show: who would have the mail otherwise, and what to write where. Each is one more
/// question, put after the verdict and not part of it.
extension ExplainedSituation {
    /// - Parameter isAlone: somebody looks at this one, so that tables may be searched for what comes near it.
    func completed(_ explanation: Explanation, isAlone: Bool = false) async -> Explanation {
        var explanation = explanation
        explanation.ownership = await ownership()
        let troubles = await troubles(explanation)
        explanation.hints += troubles.hints
        explanation.toldCures = troubles.cures
        explanation.hints += [
            secondClass(explanation), await shadowedMailbox(explanation), await subaddress(explanation),
            openDoor(explanation), endlessAliases(explanation),
        ].compactMap(\.self)
        if isAlone, explanation.hints.isEmpty, let hint = await nearHint(explanation) {
            explanation.hints.append(hint)
        }
        explanation.hints += await senderHints(explanation)
        if explanation.reply.isPositive,
            let refusal = await rehearsal.refusalOfContent(for: explanation.address, observer: nil)
        {
            explanation.hints.append(
                .init(
                    text: "DATA is refused all the same (smtpd_data_restrictions): \(refusal.reply.text)",
                    cure: nil))
        }
        return explanation
    }

    // MARK: Mailboxes

    /// A mailbox whose mail an alias takes: aliases are asked first.
    private func shadowedMailbox(_ explanation: Explanation) async -> Explanation.Hint? {
        let start = explanation.start
        guard explanation.addressClass == .virtualMailbox, let key = explanation.aliases[start]?.key,
            explanation.reply.isPositive,
            !explanation.deliveries.contains(where: { $0.recipient.folded == start.folded }),
            let found = try? await router.find(start, in: tables.virtualMailboxMaps),
            !found.key.hasPrefix("@")
        else { return nil }
        guard key.hasPrefix("@") else {
            let change = "no alias \(key)".shellQuoted
            return .init(
                text:
                    "\(start.quoted) is a mailbox too (virtual_mailbox_maps has \(found.key)), and gets none of its mail: "
                    + "aliases are asked before mailboxes, and the alias \(key) does not lead to itself",
                cure: "\(configuration.command("explain")) --what-if \(change) \(start.quoted.shellQuoted)")
        }
        return .init(
            text:
                "\(start.quoted) is a mailbox (virtual_mailbox_maps has \(found.key)), and gets none of its mail: "
                + "aliases are asked before mailboxes, and the catch-all \(key) answers",
            cure:
                "\(configuration.command("postconf")) virtual_catchall_after_mailboxes=yes, or an alias from \(start.quoted) to itself"
        )
    }

    /// Aliases that cannot be followed to their end, and the command that tries a cure.
    private func endlessAliases(_ explanation: Explanation) -> Explanation.Hint? {
        var cause: String?
        for case .stopped(_, let reason) in explanation.steps.routing { cause = reason }
        guard let cause else { return nil }
        if cause.hasPrefix("alias loop: ") {
            let path = cause.dropFirst(12).split(separator: " ").filter { $0 != "->" }
            guard path.count > 1 else { return nil }
            let (source, target) = (path[path.count - 2], path[path.count - 1])
            let change = "no alias \(source) \(target)".shellQuoted
            return .init(
                text: "one of these aliases has to go; what would come of it, this command shows",
                cure:
                    "\(configuration.command("explain")) --what-if \(change) \(explanation.address.quoted.shellQuoted)"
            )
        }
        for limit in ["virtual_alias_recursion_limit", "virtual_alias_expansion_limit"]
        where cause.contains(limit) {
            return .init(
                text:
                    "shorten the aliases, or raise the limit, which is \(configuration.value(named: limit) ?? "") now",
                cure:
                    "\(configuration.command("postconf")) \(limit)=\((Int(configuration.value(named: limit) ?? "") ?? 1000) * 2)"
            )
        }
        return nil
    }

    /// A domain that two lists have: one of them counts for nothing, which is seldom what was meant.
    private func secondClass(_ explanation: Explanation) -> Explanation.Hint? {
        for case .contested(let domain, let first, let second) in explanation.steps.routing {
            return .init(
                text:
                    "\(domain) is in \(first) and in \(second): the first counts, the second does nothing for it",
                cure: "\(configuration.command("check")) --rule domain-in-two-classes")
        }
        return nil
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
