import LookupTables
import MailFormat
import PostfixConfig

/// What is no alias: users of this machine, and names that nobody has.
extension LocalWalk {
    /// The user's own forwarding, else the mailbox, else what is set for unknown users.
    ///
    /// - Parameter isItself: an alias of this name was passed over, since it lists itself.
    mutating func deliver(
        _ recipient: Recipient, _ place: Place, isItself: Bool
    ) async throws(LookupFailure) {
        let user = try await user(recipient.user)
        var hasForwardFile = false
        if let user, !settings.forwardPath.isEmpty {
            switch await forwardFile(of: user, recipient) {
            case .none: break
            case .passedOver: hasForwardFile = true
            case .postponed(let reason):
                add(
                    .postpone(EnhancedStatusCode(.persistentTransientFailure, 3, 0), reason),
                    recipient.address,
                    place)
                return
            case .targets(let targets, let path, let keepsExtension):
                var next = place
                next.depth += 1
                next.source = .forward
                next.rights = .user(user)
                next.files = [path]
                next.owner = user.name
                if !keepsExtension { next.unmatched = nil }
                for target in targets { try await follow(target, of: recipient, next) }
                return
            }
        }
        guard visits("mailbox \(recipient.local)") else { return }
        let standsAlone = !isItself && !hasForwardFile
        if let route = try await route(
            core.tables.mailboxTransportMaps, settings.mailboxTransport, for: recipient)
        {
            add(.transport(route), recipient.address, place, standsAlone: standsAlone)
        } else if let user, let command = try await mailboxCommand(for: recipient) {
            add(.mailboxCommand(command, user), recipient.address, place, standsAlone: standsAlone)
        } else if let user {
            add(.mailbox(user), recipient.address, place, standsAlone: standsAlone)
        } else {
            try await deliverUnknown(recipient, place, standsAlone: standsAlone)
        }
    }

    private func user(_ name: String) async throws(LookupFailure) -> LocalUser? {
        guard let line = try await ask(core.tables.users, name) else { return nil }
        return LocalUser(passwd: line)
    }

    private func mailboxCommand(for recipient: Recipient) async throws(LookupFailure) -> String? {
        let maps = core.tables.mailboxCommandMaps
        if !maps.isEmpty, let command = try await ask(maps, recipient.user) { return command }
        return settings.mailboxCommand.isEmpty ? nil : settings.mailboxCommand
    }

    private func route(
        _ maps: TableList, _ otherwise: String, for recipient: Recipient
    ) async throws(LookupFailure) -> Route? {
        let chosen = maps.isEmpty ? nil : try await ask(maps, recipient.user)
        let parameter = chosen ?? otherwise
        guard !parameter.isEmpty else { return nil }
        return Route(
            parameter: parameter, nextHop: recipient.address.domain ?? core.settings.myhostname)
    }

    private mutating func deliverUnknown(
        _ recipient: Recipient, _ place: Place, standsAlone: Bool
    ) async throws(LookupFailure) {
        let unknown = LocalDelivery.Action.fail(
            EnhancedStatusCode(.permanentFailure, 1, 1), "unknown user: \"\(recipient.user)\"")
        if let route = try await route(
            core.tables.fallbackTransportMaps, settings.fallbackTransport, for: recipient)
        {
            add(.transport(route), recipient.address, place, standsAlone: standsAlone)
        } else if !settings.luserRelay.isEmpty {
            guard let text = expand(settings.luserRelay, recipient, user: nil)?.text,
                let relay = AddressList.parse(text).first.map(core.completion.complete),
                relay.folded != recipient.address.folded
            else {
                add(unknown, recipient.address, place)
                return
            }
            inquiry.tell(.expanded(recipient.address, key: "luser_relay", targets: [relay]))
            var next = place
            next.unmatched = nil
            next.depth += 1
            try await follow(listed: relay, next)
        } else if ASCII.equal(recipient.user, "mailer-daemon") || ASCII.equal(recipient.user, "postmaster") {
            core.logger.warning("required alias not found: \(recipient.user)")
            add(.discard, recipient.address, place)
        } else {
            add(unknown, recipient.address, place)
        }
    }

    // MARK: .forward

    private enum Forwarding {
        /// There is no file that counts.
        case none
        /// There is one, and this is mail that it has sent back to the user.
        case passedOver
        case targets([LocalTarget], path: String, keepsExtension: Bool)
        case postponed(String)
    }

    private mutating func forwardFile(of user: LocalUser, _ recipient: Recipient) async -> Forwarding {
        for template in settings.forwardPath {
            guard let expansion = expand(template, recipient, user: user), !expansion.isIncomplete else {
                continue
            }
            let path = expansion.text
            switch await files.forwardFile(path, of: user) {
            case .missing:
                continue
            case .unsafe(let reason):
                core.logger.warning("\(reason)")
                return .none
            case .unreadable(let reason):
                return .postponed("cannot look into \(path): \(reason)")
            case .content(let text, let owner):
                guard owner == 0 || owner == user.uid else {
                    core.logger.warning("file \(path) has bad owner uid \(owner)")
                    return .none
                }
                let targets = LocalTarget.parse(lines: text, home: user.home)
                if targets.isEmpty { return .none }
                guard visits("forward-file \(path)") else { return .passedOver }
                tellExpanded(recipient.address, key: path, targets)
                let keeps =
                    !expansion.used.contains("extension") && settings.propagatesExtensions.contains(.forward)
                return .targets(targets, path: path, keepsExtension: keeps)
            }
        }
        return .none
    }

    /// What `$user`, `$home`, … stand for in `luser_relay` and `forward_path`; nil where the template is wrong.
    private func expand(_ template: String, _ recipient: Recipient, user: LocalUser?) -> Template.Expansion? {
        let `extension` = recipient.extension
        func value(_ name: String) -> String? {
            switch name {
            case "user": recipient.user
            case "home": user?.home
            case "shell": user?.shell
            case "local": recipient.local
            case "domain": recipient.address.domain
            case "recipient": recipient.address.text
            case "extension": `extension`.map { clean(String($0.dropFirst())) }
            case "recipient_delimiter": `extension`.map { String($0.prefix(1)) }
            default: nil
            }
        }
        /// What a sender wrote must not walk through the file system: `forward_expansion_filter`.
        func clean(_ text: String) -> String {
            guard user != nil else { return text }
            return String(
                decoding: text.utf8.map { settings.forwardFilter.contains($0) ? $0 : UInt8(ascii: "_") },
                as: UTF8.self)
        }
        do throws(ExpansionError) {
            return try Template(template).expand(value)
        } catch {
            core.logger.warning("\(template): \(error)")
            return nil
        }
    }
}
