import Foundation
import PostfixConfig
import Routing

/// Whether the server may ask for what it asks: it may be in strangers' hands.
///
/// Who is a user, the machine says; what a user wants, the user's own file; what the operator wants, main.cf and the
/// files that alias_maps names. The server's word counts for none of these.
struct KeeperRules: Sendable {
    let forwardFiles: ForwardFiles
    private let defaultUser: String
    private let sources: (files: Set<LocalSettings.Source>, commands: Set<LocalSettings.Source>)
    /// `type:name`
    private let aliasMaps: [String]

    init(_ configuration: Configuration) {
        let local = LocalSettings(configuration)
        forwardFiles = ForwardFiles(templates: local.forwardPath)
        sources = (local.filesAllowedFrom, local.commandsAllowedFrom)
        defaultUser = configuration[.defaultPrivs]
        aliasMaps = configuration[.aliasMaps]
    }

    // MARK: Users

    func user(_ name: String) throws(KeeperRefusal) -> LocalUser {
        // As passwd(5) has names; a name with a slash would lead out of the spool.
        guard !name.contains("/"), name != ".", name != "..", let user = LocalUser(named: name) else {
            throw KeeperRefusal("there is no user \(name)")
        }
        return user
    }

    /// `default_privs`: whose rights have what is nobody's in particular.
    func defaultOwner() throws(KeeperRefusal) -> ActingUser {
        guard let user = LocalUser(named: defaultUser) else {
            throw KeeperRefusal("default_privs = \(defaultUser): no such user")
        }
        guard user.uid != 0, user.gid != 0 else {
            throw KeeperRefusal("default_privs = \(defaultUser): mail needs no root's rights")
        }
        return ActingUser(identity: MailboxOwner(uid: user.uid, gid: user.gid))
    }

    // MARK: Destinations

    /// As whom a file is written or a command is run that an alias, a list or a .forward file names.
    func owner(of target: LocalTarget, for authority: KeptAuthority) throws(KeeperRefusal) -> ActingUser {
        let (allowed, kind): (Set<LocalSettings.Source>, String)
        switch target {
        case .file: (allowed, kind) = (sources.files, "files")
        case .command: (allowed, kind) = (sources.commands, "commands")
        case .address, .include: throw KeeperRefusal("this is no destination of its own")
        }
        guard allowed.contains(authority.source) else {
            throw KeeperRefusal("allow_mail_to_\(kind) does not name \(authority.source.rawValue)")
        }
        switch authority.rights {
        case .operatorOfServer:
            return try defaultOwner()
        case .owner(let uid) where authority.source == .alias:
            guard aliasMaps.contains(where: { AliasTableOwner.uid($0) == uid }) else {
                throw KeeperRefusal("no table of alias_maps belongs to uid \(uid)")
            }
            return try acting(LocalUser(uid: uid), "uid \(uid)")
        case .owner(let uid):
            let owner = try acting(LocalUser(uid: uid), "uid \(uid)")
            try follow(authority.files, as: owner.identity, from: nil, to: target)
            return owner
        case .user(let name):
            let user = try user(name)
            let owner = try acting(user, name)
            try follow(
                authority.files, as: MailboxOwner(uid: user.uid, gid: user.gid), from: user, to: target)
            return owner
        }
    }

    private func acting(_ user: LocalUser?, _ name: String) throws(KeeperRefusal) -> ActingUser {
        guard let user else { throw KeeperRefusal("there is no user with \(name)") }
        // Root's own .forward: as whom else, main.cf says.
        if user.uid == 0 { return try defaultOwner() }
        return ActingUser(identity: MailboxOwner(uid: user.uid, gid: user.gid), home: user)
    }

    /// With whose rights a list is read.
    func reader(ofList path: String, for authority: KeptAuthority) throws(KeeperRefusal) -> MailboxOwner {
        switch authority.rights {
        case .user(let name):
            let user = try user(name)
            let identity = MailboxOwner(uid: user.uid, gid: user.gid)
            try follow(authority.files, as: identity, from: user, to: .include(path))
            return identity
        case .operatorOfServer, .owner:
            var status = stat()
            guard stat(path, &status) == 0 else {
                throw KeeperRefusal("\(path): \(SystemError.words(errno))")
            }
            guard status.st_uid != 0 else {
                throw KeeperRefusal(
                    "\(path) is root's, and the server has to be let in (chmod o+r, or its group)")
            }
            let identity = try acting(LocalUser(uid: status.st_uid), "uid \(status.st_uid)").identity
            try follow(authority.files, as: identity, from: nil, to: .include(path))
            return identity
        }
    }

    // MARK: The way there

    /// Goes from file to file, each named by the one before, to what the server says is at the end.
    ///
    /// - Parameters:
    ///   - user: whose .forward file is the first; nil: a table of alias_maps is before the first.
    private func follow(
        _ files: [String], as identity: MailboxOwner, from user: LocalUser?, to target: LocalTarget
    ) throws(KeeperRefusal) {
        guard files.count <= 20 else { throw KeeperRefusal("\(files.count) files in a row") }
        for (index, path) in files.enumerated() {
            if index == 0, let user {
                guard forwardFiles.includes(path, of: user) else {
                    throw KeeperRefusal("forward_path does not name \(path)")
                }
            } else if index == 0 {
                try requireAlias(toInclude: path)
            }
            let next = index + 1 < files.count ? LocalTarget.include(files[index + 1]) : target
            try require(next, in: path, as: identity, home: index == 0 ? user?.home : nil)
        }
        guard files.isEmpty else { return }
        guard user == nil, case .include(let path) = target else {
            throw KeeperRefusal("no file says so")
        }
        try requireAlias(toInclude: path)
    }

    private func require(
        _ target: LocalTarget, in path: String, as identity: MailboxOwner, home: String?
    ) throws(KeeperRefusal) {
        let found: LocalFile
        do throws(MailboxFailure) {
            found = try FileIdentity.with(identity) { () throws(MailboxFailure) in
                switch OpenedFile.own(path, isUsers: true) {
                case .file(let file): file.read()
                case .not(let reason): reason
                }
            }
        } catch {
            throw KeeperRefusal("\(path): \(error.reason)")
        }
        guard case .content(let text, let owner) = found, owner == 0 || owner == identity.uid else {
            throw KeeperRefusal("\(path) is not to be read, or another's")
        }
        guard LocalTarget.parse(lines: text, home: home).contains(target) else {
            throw KeeperRefusal("\(path) does not name \(target.shown.text)")
        }
    }

    /// A table of alias_maps names the list, in a file that this process can read. What a database says is the
    /// server's word: a list that it names has to be for everybody, or the server, to read.
    private func requireAlias(toInclude path: String) throws(KeeperRefusal) {
        for map in aliasMaps {
            guard let file = AliasTableOwner.path(map),
                case .file(let opened) = OpenedFile.own(file, isUsers: false),
                case .content(let text, _) = opened.read()
            else { continue }
            for range in text.ranges(of: ":include:\(path)")
            where range.upperBound == text.endIndex
                || text[range.upperBound].isWhitespace || ",\"}".contains(text[range.upperBound])
            {
                return
            }
        }
        throw KeeperRefusal("no file of alias_maps includes \(path)")
    }
}

/// As whom something is done, and for whom.
struct ActingUser: Sendable {
    let identity: MailboxOwner
    /// Whose home and shell a command finds in its environment; nil for nobody in particular.
    var home: LocalUser?
}
