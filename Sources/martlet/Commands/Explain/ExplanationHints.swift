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
        explanation.hints += [await shadowedMailbox(explanation), await subaddress(explanation)].compactMap(
            \.self)
        if let ownership = explanation.ownership, ownership.isOwner == false {
            if let hint = await aliasOwner(ownership) { explanation.hints.append(hint) }
        }
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
            cure: "\(configuration.command("postconf")) virtual_catchall_after_mailboxes=yes, or an alias from \(start.quoted) to itself")
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

    // MARK: Senders

    /// Whose the sender is; nil where nobody asks, or nothing says.
    private func ownership() async -> Explanation.Ownership? {
        guard let login = circumstances.login, case .address(let sender)? = circumstances.sender,
            !access.settings.senderLoginMaps.isEmpty
        else { return nil }
        do throws(LookupFailure) {
            let found = try await access.ownership(of: sender)
            return .init(
                sender: sender, login: login, key: found?.key, owners: found?.owners ?? [],
                isOwner: found?.includes(login) ?? false, failure: nil)
        } catch {
            return .init(
                sender: sender, login: login, key: nil, owners: [], isOwner: nil, failure: error.description)
        }
    }

    /// A sender that is an alias of the login, where only mailboxes own themselves.
    private func aliasOwner(_ ownership: Explanation.Ownership) async -> Explanation.Hint? {
        guard let found = try? await router.find(ownership.sender, in: tables.virtualAliasMaps) else {
            return nil
        }
        let targets = found.value.split { $0 == "," || $0.isWhitespace }.map(String.init)
        let owner = SenderOwnership(key: found.key, owners: targets)
        guard owner.includes(ownership.login) else { return nil }
        let now = access.settings.senderLoginMaps.tables.map(\.name)
        let aliases = tables.virtualAliasMaps.tables.filter { !now.contains($0.name) }
        guard !aliases.isEmpty else { return nil }
        let all = (now + aliases.map(\.name)).joined(separator: ", ")
        let query = aliases.lazy.compactMap { ($0 as? SQLTable)?.listedQuery }.first
        return .init(
            text:
                "\(ownership.sender.quoted) is an alias of \(ownership.login) (virtual_alias_maps has \(found.key)), "
                + "but smtpd_sender_login_maps does not know aliases",
            cure: "\(configuration.command("postconf")) 'smtpd_sender_login_maps=\(all)'"
                + (query.map { ", which asks: \($0)" } ?? ""))
    }
}

extension ExplainedSituation {
    /// Why `--login` changes nothing here; nil where it does.
    func idleLogin(_ login: String?) -> String? {
        guard login != nil, !access.settings.offersLogin else { return nil }
        return "--login: nobody can log in at the service \(service.name) (smtpd_sasl_auth_enable = no); "
            + "name another with --service or --port"
    }
}
