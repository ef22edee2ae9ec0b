import LookupTables
import MailFormat
import Reception
import Routing

/// The sender's view: who may log in where, whose the sender is, and what a login would need to use it.
extension ExplainedSituation {
    /// Whose the sender is; nil where nobody asks, or nothing says.
    func ownership() async -> Explanation.Ownership? {
        guard let login, case .address(let sender)? = circumstances.sender,
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

    func senderHints(_ explanation: Explanation) async -> [Explanation.Hint] {
        guard login != nil else { return [] }
        var hints = [noLogin, unownedSender].compactMap(\.self)
        if let ownership = explanation.ownership, ownership.isOwner == false {
            if let hint = await aliasOwner(ownership) { hints.append(hint) }
            if let hint = unasked(ownership, explanation) { hints.append(hint) }
        }
        return hints
    }

    // MARK: Logging in

    /// Nobody can log in where the client comes to.
    private var noLogin: Explanation.Hint? {
        guard circumstances.login == nil, let login else { return nil }
        let other =
            service.loginServices.first.map { "; the service \($0) has it: name it with --service" } ?? ""
        return .init(
            text:
                "nobody can log in at the service \(service.name) (smtpd_sasl_auth_enable = no)\(other). The reply is "
                + "for somebody who is not \(login), but a stranger",
            cure: service.loginServices.isEmpty ? loginCure : nil)
    }

    private var loginCure: String {
        let postconf = configuration.command("postconf")
        let options =
            "\(postconf) -P submission/inet/smtpd_sasl_auth_enable=yes "
            + "submission/inet/smtpd_sender_restrictions=reject_sender_login_mismatch"
        return service.hasSubmission
            ? options
            : "\(postconf) -M submission/inet='submission inet n - y - - smtpd' && \(options)"
    }

    // MARK: Owners

    /// No table says whose a sender is.
    private var unownedSender: Explanation.Hint? {
        guard access.settings.senderLoginMaps.isEmpty, case .address(let sender)? = circumstances.sender
        else {
            return nil
        }
        let own = tables.virtualAliasMaps.tables.first { ($0 as? SQLTable)?.answersItsKey == true }
        return .init(
            text:
                "smtpd_sender_login_maps is empty, so nothing says whose \(sender.quoted) is: whoever has logged in may "
                + "use it",
            cure: own.map { "\(configuration.command("postconf")) smtpd_sender_login_maps=\($0.name)" }
                ?? "set smtpd_sender_login_maps to a map that has the login for each address, such as the guide's "
                + "mysql-email2email.cf: SELECT email FROM virtual_users WHERE email='%s'")
    }

    /// Somebody else's sender is let through, since no restriction asks whose it is.
    private func unasked(_ ownership: Explanation.Ownership, _ explanation: Explanation) -> Explanation.Hint?
    {
        guard explanation.reply.isPositive, circumstances.login != nil else { return nil }
        let list = "smtpd_sender_restrictions"
        let now = (configuration.value(named: list) ?? "").split { $0 == "," || $0.isWhitespace }
        let words = (["reject_sender_login_mismatch"] + now.map(String.init)).joined(separator: ",")
        return .init(
            text:
                "\(ownership.sender.quoted) is not \(ownership.login)'s, and no restriction of the service \(service.name) asks",
            cure: "\(configuration.command("postconf")) -P \(service.name)/inet/\(list)=\(words)")
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
