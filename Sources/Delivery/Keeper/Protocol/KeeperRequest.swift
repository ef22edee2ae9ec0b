import MailFormat
import Routing

/// What a server without root's rights asks of the keeper. It says what is to be done, not how: where mailboxes are
/// and who may have which command run, the keeper reads in main.cf and in the users' files itself.
struct KeeperRequest: Equatable, Sendable {
    enum Task: Equatable, Sendable {
        /// A mailbox of `virtual_mailbox_domains`.
        case virtualMailbox(VirtualMailbox, EnvelopeRecipient)
        /// The mailbox of a user of this machine.
        case userMailbox(user: String, EnvelopeRecipient)
        case file(path: String, KeptAuthority, EnvelopeRecipient)
        case command(String, KeptAuthority, EnvelopeRecipient)
        /// The command that takes the place of a user's mailbox.
        case mailboxCommand(String, user: String, EnvelopeRecipient)
        /// A pipe(8) service of master.cf.
        case pipe(nextHop: String, [EnvelopeRecipient])
        case forwardFile(path: String, user: String)
        case list(path: String, KeptAuthority)
        /// The server gives a command up that an earlier packet has asked for.
        case cancel(UInt32)
        /// main.cf and master.cf are to be read again.
        case reload
    }

    /// The service of master.cf that asks: `virtual`, `local`, `dovecot`.
    var service: String
    var task: Task
    /// The message that is delivered; its content comes with the packet.
    var message: KeptMessage?
}

/// The path of a mailbox below `virtual_mailbox_base`, and whose it is.
struct VirtualMailbox: Equatable, Sendable {
    /// As `virtual_mailbox_maps` answers it.
    var answer: String
    var uid: UInt32
    var gid: UInt32
}

/// What a delivery knows of its message.
struct KeptMessage: Equatable, Sendable {
    /// The queue's id.
    var id: String
    /// The content's size in bytes.
    var size: Int
    var sender: ReversePath
    var origin: Envelope.Origin
}

/// ``LocalAuthority``, with users by their names alone.
struct KeptAuthority: Equatable, Sendable {
    enum Rights: Equatable, Sendable {
        case operatorOfServer
        case owner(UInt32)
        case user(String)
    }

    var rights: Rights
    var source: LocalSettings.Source
    var files: [String]

    init(_ authority: LocalAuthority) {
        rights =
            switch authority.rights {
            case .operatorOfServer: .operatorOfServer
            case .owner(let uid): .owner(uid)
            case .user(let user): .user(user.name)
            }
        source = authority.source
        files = authority.files
    }
}
