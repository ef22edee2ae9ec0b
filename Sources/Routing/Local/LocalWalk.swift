import LookupTables
import MailFormat

/// Follows a local recipient through aliases, lists and .forward files to what is to be done: local(8), aliases(5).
///
/// Aliases that lead to other local addresses are followed to their end here, so that who is reached twice gets one
/// message. An alias that lists itself means the user of that name.
struct LocalWalk {
    /// Where on the way an address was found.
    struct Place {
        var sender: ReversePath
        /// Whose mail this is by now; other users' mail then becomes a message of its own.
        var owner: String?
        var source: LocalSettings.Source?
        var rights = LocalAuthority.Rights.operatorOfServer
        /// The files on the way, from a .forward file or the first list.
        var files: [String] = []

        func authority(_ source: LocalSettings.Source) -> LocalAuthority {
            LocalAuthority(rights, in: source, files: files)
        }
        /// The alias that is being expanded.
        var aliasName: String?
        /// What no key has matched of the address, with its delimiter; goes on where extensions are propagated.
        var unmatched: String?
        var depth = 0
    }

    /// A recipient taken apart.
    struct Recipient {
        let address: MailAddress
        /// The local part in lower case, whole and without its extension.
        let local: String
        let user: String
        let `extension`: String?
    }

    /// Deeper than anybody means it: `luser_relay` and aliases that grow end here.
    private static let depthLimit = 100

    var inquiry: Inquiry
    let files: any LocalFiles
    /// The transport whose addresses are followed here: `local`.
    private let transport: String
    /// The recipients that the message has been to already.
    private let deliveredTo: Set<String>
    private(set) var deliveries: [LocalDelivery] = []
    private var visited: Set<String> = []

    init(_ inquiry: Inquiry, transport: String, deliveredTo: Set<String>, files: any LocalFiles) {
        self.inquiry = inquiry
        self.transport = transport
        self.deliveredTo = deliveredTo
        self.files = files
    }

    var core: RoutingCore { inquiry.core }
    var settings: LocalSettings { core.settings.local }

    /// True the first time.
    mutating func visits(_ what: String) -> Bool { visited.insert(what).inserted }

    mutating func add(
        _ action: LocalDelivery.Action, _ address: MailAddress, _ place: Place, standsAlone: Bool = false
    ) {
        var sender = place.sender
        // Handed on as it came, where the list has no owner (any more).
        if case .transport = action, place.owner == nil { sender = inquiry.sender }
        deliveries.append(
            LocalDelivery(action: action, address: address, sender: sender, standsAlone: standsAlone))
        let told = action.told
        inquiry.tell(
            told.isGood ? .known(address, because: told.words) : .stopped(address, cause: told.words))
    }

    private mutating func sendOn(_ address: MailAddress, _ place: Place) {
        guard visits("send \(address.folded.text)") else { return }
        deliveries.append(
            LocalDelivery(action: nil, address: address, sender: place.sender, standsAlone: false))
        inquiry.tell(.known(address, because: "sent on as a message of its own"))
    }

    func ask(_ list: TableList, _ key: String) async throws(LookupFailure) -> String? {
        try await Question.ask(list, key, observer: inquiry.observer, trail: nil)
    }

    // MARK: Addresses

    mutating func follow(_ address: MailAddress, _ place: Place) async throws(LookupFailure) {
        guard visits("recipient \(place.depth) \(address.text)") else { return }
        guard !deliveredTo.contains(address.folded.quoted) else {
            add(
                .fail(
                    EnhancedStatusCode(.permanentFailure, 4, 6), "mail forwarding loop for \(address.text)"),
                address, place)
            return
        }
        let local = ASCII.folded(address.localPart)
        let split = core.extensionRule.split(local)
        let recipient = Recipient(
            address: address, local: local, user: split?.user ?? local,
            extension: split.flatMap { $0.extension.utf8.contains(UInt8(ascii: "/")) ? nil : $0.extension })
        guard !recipient.user.isEmpty else {
            add(
                .fail(EnhancedStatusCode(.permanentFailure, 1, 3), "null username in \"\(address.text)\""),
                address, place)
            return
        }
        guard place.depth <= Self.depthLimit else {
            add(
                .fail(
                    EnhancedStatusCode(.permanentFailure, 4, 6), "alias database loop for \(recipient.local)"),
                address, place)
            return
        }
        try await follow(recipient, place)
    }

    private mutating func follow(_ recipient: Recipient, _ place: Place) async throws(LookupFailure) {
        var place = place
        place.unmatched = nil
        var isItself = false
        for name in recipient.extension == nil ? [recipient.local] : [recipient.local, recipient.user] {
            if name.utf8.count < recipient.local.utf8.count, settings.propagatesExtensions.contains(.alias) {
                place.unmatched = recipient.extension
            }
            switch try await followAlias(name, of: recipient, place) {
            case .followed: return
            case .itself: isItself = true
            case .none: break
            }
        }
        place.unmatched = recipient.extension
        let isAnother = place.owner.map { !ASCII.equal($0, recipient.user) } ?? false
        if !isItself, isAnother || place.source == .include {
            sendOn(recipient.address, place)
            return
        }
        try await deliver(recipient, place, isItself: isItself)
    }

    // MARK: Aliases

    private enum AliasResult {
        case none, itself, followed
    }

    private mutating func followAlias(
        _ name: String, of recipient: Recipient, _ place: Place
    ) async throws(LookupFailure) -> AliasResult {
        if let current = place.aliasName, ASCII.equal(current, name) { return .itself }
        let value: String
        var next = place
        do throws(LookupFailure) {
            guard let found = try await alias(name) else { return .none }
            value = found.value
            next.aliasName = name
            next.depth += 1
            next.source = .alias
            next.rights = found.rights
            next.files = []
            try await takeOwner(of: name, &next)
        } catch {
            core.logger.warning("\(error)")
            let status = EnhancedStatusCode(.persistentTransientFailure, 3, 0)
            add(.postpone(status, "alias database unavailable"), recipient.address, place)
            return .followed
        }
        let targets = LocalTarget.parse(value)
        guard !targets.isEmpty else {
            core.logger.warning("no recipient in alias lookup result for \(name)")
            let status = EnhancedStatusCode(.persistentTransientFailure, 3, 0)
            add(.postpone(status, "alias database unavailable"), recipient.address, place)
            return .followed
        }
        tellExpanded(recipient.address, key: name, targets)
        for target in targets { try await follow(target, of: recipient, next) }
        return .followed
    }

    /// The first table that knows the alias, and whose word that is.
    private func alias(
        _ name: String
    ) async throws(LookupFailure) -> (value: String, rights: LocalAuthority.Rights)? {
        for table in core.tables.aliasMaps.singles {
            guard let value = try await ask(table, name) else { continue }
            let owner = AliasTableOwner.uid(table.tables.first?.name ?? "")
            return (value, owner == 0 ? .operatorOfServer : .owner(owner))
        }
        return nil
    }

    /// Reports about a list's mail go to `owner-list`, where that is an alias.
    private mutating func takeOwner(of name: String, _ place: inout Place) async throws(LookupFailure) {
        guard core.settings.ownerRequestSpecial,
            let value = try await ask(core.tables.aliasMaps, "owner-\(name)")
        else {
            if settings.resetsOwnerAlias { place.owner = nil }
            return
        }
        let expanded = settings.expandsOwnerAlias ? AddressList.parse(value).first : nil
        let owner = core.completion.complete(expanded ?? MailAddress("owner-\(name)"))
        place.sender = .address(owner)
        place.owner = owner.text
    }

    func tellExpanded(_ address: MailAddress, key: String, _ targets: [LocalTarget]) {
        inquiry.tell(
            .expanded(
                address, key: key,
                targets: targets.map { target in
                    if case .address(let address) = target { return core.completion.complete(address) }
                    return target.shown
                }))
    }

    // MARK: Destinations

    mutating func follow(
        _ target: LocalTarget, of recipient: Recipient, _ place: Place
    ) async throws(LookupFailure) {
        switch target {
        case .address(let address):
            try await follow(listed: address, place)
        case .include(let path):
            try await include(path, of: recipient, place)
        case .file(let path):
            guard let source = place.source, settings.filesAllowedFrom.contains(source) else {
                restrict("mail to file is restricted", recipient, place)
                return
            }
            if visits("file \(path)") { add(.file(path, place.authority(source)), recipient.address, place) }
        case .command(let command):
            guard let source = place.source, settings.commandsAllowedFrom.contains(source) else {
                restrict("mail to command is restricted", recipient, place)
                return
            }
            if visits("command \(place.rights) \(command)") {
                add(.command(command, place.authority(source)), recipient.address, place)
            }
        }
    }

    private mutating func restrict(_ reason: String, _ recipient: Recipient, _ place: Place) {
        add(.fail(EnhancedStatusCode(.permanentFailure, 7, 1), reason), recipient.address, place)
    }

    /// An address of ours goes on here; others become mail of their own.
    mutating func follow(listed address: MailAddress, _ place: Place) async throws(LookupFailure) {
        var address = core.completion.complete(address)
        if let unmatched = place.unmatched { address.localPart += unmatched }
        let destination = try await inquiry.destination(of: address)
        let route = try await inquiry.route(to: destination)
        if route.transport == transport {
            var next = place
            next.depth += 1
            try await follow(destination.address, next)
        } else {
            sendOn(address, place)
        }
    }

    private mutating func include(
        _ path: String, of recipient: Recipient, _ place: Place
    ) async throws(LookupFailure) {
        guard visits("include \(path)") else { return }
        let mistake: String
        switch path.hasPrefix("/")
            ? await files.list(path, for: place.authority(place.source ?? .alias))
            : .unsafe(":include:\(path) uses a relative path")
        {
        case .content(let text, let owner):
            var next = place
            next.depth += 1
            next.aliasName = recipient.local
            next.source = .include
            if next.rights == .operatorOfServer, owner != 0 { next.rights = .owner(owner) }
            next.files.append(path)
            next.owner = next.owner ?? recipient.address.text
            if !settings.propagatesExtensions.contains(.include) { next.unmatched = nil }
            let targets = LocalTarget.parse(lines: text)
            tellExpanded(recipient.address, key: path, targets)
            for target in targets { try await follow(target, of: recipient, next) }
            return
        case .missing: mistake = "unable to lookup :include: file \(path): No such file or directory"
        case .unsafe(let reason): mistake = reason
        case .unreadable(let reason): mistake = "cannot open include file \(path): \(reason)"
        }
        core.logger.warning("\(mistake)")
        let status = EnhancedStatusCode(.persistentTransientFailure, 3, 5)
        add(.postpone(status, "mail system configuration error"), recipient.address, place)
    }
}

extension LocalDelivery.Action {
    /// What an explanation says of it.
    fileprivate var told: (isGood: Bool, words: String) {
        switch self {
        case .mailbox(let user): (true, "the mailbox of the user \(user.name)")
        case .transport(let route): (true, "handed to \(route)")
        case .file(let path, let authority):
            (true, "appended to \(path) as \(authority.rights.told)")
        case .command(let command, let authority):
            (true, "runs \(command) as \(authority.rights.told)")
        case .mailboxCommand(let command, let user):
            (true, "runs \(command) as \(LocalAuthority.Rights.user(user).told)")
        case .discard: (true, "required alias not found: the mail is discarded")
        case .fail(_, let reason), .postpone(_, let reason): (false, reason)
        }
    }
}

extension LocalAuthority.Rights {
    /// As whom it is done; mail needs no root's rights.
    fileprivate var told: String {
        switch self {
        case .operatorOfServer: "the user that default_privs names"
        case .owner(let uid): "uid \(uid), the file's owner"
        case .user(let user): user.uid == 0 ? Self.operatorOfServer.told : user.name
        }
    }
}
