import MailFormat

/// What is to be done with a message for a local recipient, once its aliases are followed: local(8).
public struct LocalDelivery: Hashable, Sendable {
    public enum Action: Hashable, Sendable {
        /// Into the mailbox of a user of this machine.
        case mailbox(LocalUser)
        /// Handed to another transport: `mailbox_transport`, `fallback_transport`.
        case transport(Route)
        /// Appended to a file.
        case file(String, LocalAuthority)
        /// Given to a program.
        case command(String, LocalAuthority)
        /// Given to the program that takes the place of a user's mailbox: `mailbox_command`, `mailbox_command_maps`.
        case mailboxCommand(String, LocalUser)
        /// Nobody need read it: mail for a postmaster that has no alias here.
        case discard
        /// Nobody gets it; the sender is told why.
        case fail(EnhancedStatusCode, String)
        /// It cannot be decided now.
        case postpone(EnhancedStatusCode, String)
    }

    /// Nil where the mail is sent on as a message of its own, through `virtual_alias_maps` as all mail.
    public let action: Action?
    /// The address that the aliases led to, or the recipient itself.
    public let address: MailAddress
    /// Who the mail is from by now: the owner of a list, where it has one.
    public let sender: ReversePath
    /// A message for ``address`` alone would be delivered in the same way: no alias of it was passed over on the way
    /// here.
    public let standsAlone: Bool
}

/// A user of this machine, as passwd(5) has it.
public struct LocalUser: Hashable, Sendable {
    public let name: String
    public let uid: UInt32
    public let gid: UInt32
    public let home: String
    public let shell: String

    public init(name: String, uid: UInt32, gid: UInt32, home: String, shell: String = "") {
        self.name = name
        self.uid = uid
        self.gid = gid
        self.home = home
        self.shell = shell
    }

    /// From a line of passwd(5); nil where it is none.
    init?(passwd line: String) {
        let fields = line.split(separator: ":", omittingEmptySubsequences: false)
        guard fields.count >= 7, let uid = UInt32(fields[2]), let gid = UInt32(fields[3]) else { return nil }
        self.init(
            name: String(fields[0]), uid: uid, gid: gid, home: String(fields[5]), shell: String(fields[6]))
    }
}

/// Whose word it is that mail goes to a file or a program, and so with whose rights.
public struct LocalAuthority: Hashable, Sendable {
    public enum Rights: Hashable, Sendable {
        /// The operator: tables of alias_maps, and lists, that belong to root. `default_privs` has the rights.
        case operatorOfServer
        /// The owner of a table of alias_maps, or of a list that the operator's aliases include.
        case owner(UInt32)
        /// A user of the machine, with a .forward file.
        case user(LocalUser)
    }

    public var rights: Rights
    /// Where the destination stands.
    public var source: LocalSettings.Source
    /// The .forward file and the included lists on the way to it, each named by the one before.
    public var files: [String]

    public init(_ rights: Rights, in source: LocalSettings.Source, files: [String] = []) {
        self.rights = rights
        self.source = source
        self.files = files
    }

    /// The tables of alias_maps, where they are the operator's.
    public static let operatorOfServer = LocalAuthority(.operatorOfServer, in: .alias)

    /// The user whose .forward file it is.
    public var user: LocalUser? {
        if case .user(let user) = rights { return user }
        return nil
    }
}
