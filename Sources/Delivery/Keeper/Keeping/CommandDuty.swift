import Foundation
import MailFormat
import PostfixConfig
import Routing

/// The keeper's part of commands: local(8), "EXTERNAL COMMAND DELIVERY".
struct CommandDuty {
    let settings: CommandSettings
    let rules: KeeperRules
    let register: (RunningCommand) -> Void

    init(_ service: DeliveryService, register: @escaping (RunningCommand) -> Void) {
        settings = CommandSettings(service.configuration)
        rules = KeeperRules(service.configuration)
        self.register = register
    }

    /// What an alias, a list or a .forward file names.
    func run(
        _ command: String, for authority: KeptAuthority, _ delivery: CommandDelivery
    ) throws(KeeperRefusal) -> KeeperReply {
        try run(command, as: try rules.owner(of: .command(command), for: authority), delivery)
    }

    /// What takes the place of a user's mailbox.
    func run(
        mailboxCommand command: String, of name: String, _ delivery: CommandDelivery
    ) throws(KeeperRefusal) -> KeeperReply {
        guard command == settings.mailboxCommand || settings.hasMailboxCommandMaps else {
            throw KeeperRefusal("mailbox_command is another")
        }
        let user = try rules.user(name)
        // The home is the user's, even where the rights are not: root's mail.
        let identity =
            user.uid == 0 ? try rules.defaultOwner().identity : MailboxOwner(uid: user.uid, gid: user.gid)
        return try run(command, as: ActingUser(identity: identity, home: user), delivery)
    }

    private func run(
        _ command: String, as acting: ActingUser, _ delivery: CommandDelivery
    ) throws(KeeperRefusal) -> KeeperReply {
        let recipient = LocalRecipient(delivery.recipient, settings.addressExtension)
        var environment = CommandEnvironment(exported: settings.exportedEnvironment)
        environment.add(delivery.message, recipient, user: acting.home, filter: settings.filter)
        let words = CommandWords(command, shell: settings.shell)
        let directory = try directory(recipient, acting)
        let run = CommandRun(
            arguments: words.arguments, environment: environment.variables, directory: directory,
            owner: acting.identity, timeLimit: settings.timeLimit)
        if let obstacle = try run.obstacle(words, agent: "local", relay: "local") { return obstacle }
        var content = CommandContent(
            heading: Array((MboxDelivery.separator(delivery.sender) + delivery.trace).utf8), delivery.content,
            LineEnds(quotesFrom: false))
        do throws(MailboxFailure) {
            let end = try run.run({ () throws(MailboxFailure) in try content.next() }, register: register)
            return .outcome(
                CommandStatus.outcome(
                    end, command, success: "delivered to command: \(command)", relay: "local"),
                warnings: [])
        } catch {
            return .outcome(.mailbox(error, "", relay: "local"), warnings: [error.reason])
        }
    }

    /// `command_execution_directory`, else the queue's.
    private func directory(
        _ recipient: LocalRecipient, _ acting: ActingUser
    ) throws(KeeperRefusal) -> String {
        guard !settings.directory.isEmpty else { return settings.queueDirectory }
        do {
            let expansion = try Template(settings.directory).expand { name in
                let value: String? =
                    switch name {
                    case "user": recipient.user
                    case "home": acting.home?.home
                    case "shell": acting.home?.shell
                    case "recipient": recipient.address.text
                    case "local": recipient.local
                    case "extension": recipient.extension
                    case "recipient_delimiter": recipient.delimiter
                    case "domain": recipient.address.domain
                    default: nil
                    }
                return value.map { CommandEnvironment.clean($0, settings.directoryFilter) }
            }
            return expansion.text
        } catch {
            throw KeeperRefusal("command_execution_directory: \(error)")
        }
    }
}

/// A message for one recipient, on its way to a command.
struct CommandDelivery {
    let message: KeptMessage
    let recipient: EnvelopeRecipient
    let content: FilePieces
    /// The agent's own fields.
    let trace: String

    var sender: String { message.sender.envelopeName }
}

extension CommandRun {
    /// What keeps the command from being run, as far as that is seen before; nil where nothing does.
    func obstacle(
        _ words: CommandWords, agent: String, relay: String
    ) throws(KeeperRefusal) -> KeeperReply? {
        guard access(Self.changer, X_OK) == 0 else {
            throw KeeperRefusal(
                "\(Self.changer) is missing, by which commands get their user's rights: it is of util-linux")
        }
        let directory = directory
        do throws(MailboxFailure) {
            return try FileIdentity.with(owner) { () throws(MailboxFailure) in
                if faccessat(AT_FDCWD, directory, X_OK, AT_EACCESS) != 0 {
                    return CommandStatus.unenterable(directory, owner, errno, relay: relay)
                }
                return words.obstacle().map {
                    CommandStatus.unstartable(words.arguments.first ?? "", $0, agent: agent, relay: relay)
                }
            }
        } catch {
            throw KeeperRefusal("\(directory): \(error.reason)")
        }
    }
}
