import Foundation
import MailFormat
import PostfixConfig
import Routing

/// The keeper's part of pipe(8). What is run, and as whom, master.cf alone says.
struct PipeDuty {
    let service: DeliveryService
    let register: (RunningCommand) -> Void

    func run(
        _ recipients: [EnvelopeRecipient], nextHop: String, _ pieces: FilePieces, _ message: KeptMessage
    ) throws(KeeperRefusal) -> KeeperReply {
        guard let first = recipients.first else { throw KeeperRefusal("there are no recipients") }
        let specification: PipeSpecification
        let arguments: [String]
        do throws(PipeSpecification.Mistake) {
            specification = try PipeSpecification(service.arguments)
            arguments = try PipeValues(
                specification: specification, message: message, nextHop: nextHop,
                rule: AddressExtension(service.configuration)
            ).arguments(for: recipients)
        } catch {
            throw KeeperRefusal("service \(service.name): \(error)")
        }
        let words = CommandWords(arguments: arguments)
        let run = CommandRun(
            arguments: arguments,
            environment: CommandEnvironment(exported: service.configuration[.exportEnvironment]).variables,
            directory: specification.directory ?? service.configuration[.queueDirectory],
            owner: try owner(specification),
            timeLimit: service.configuration.commandTimeLimit(transport: service.name))
        if let obstacle = try run.obstacle(words, agent: "pipe", relay: service.name) { return obstacle }
        var content = CommandContent(
            heading: heading(specification, first, message.sender), pieces,
            LineEnds(
                quotesFrom: specification.flags.contains(.quoteFrom),
                stuffsDots: specification.flags.contains(.stuffDots), end: specification.lineEnd),
            ending: specification.flags.contains(.blankLine) ? specification.lineEnd : [])
        do throws(MailboxFailure) {
            let end = try run.run({ () throws(MailboxFailure) in try content.next() }, register: register)
            return .outcome(
                CommandStatus.outcome(
                    end, arguments[0], success: success(end), relay: service.name), warnings: [])
        } catch {
            return .outcome(.mailbox(error, "", relay: service.name), warnings: [error.reason])
        }
    }

    /// `delivered via dovecot service (what the command has said)`
    private func success(_ end: CommandRun.End) -> String {
        let done = "delivered via \(service.name) service"
        guard case .exited(0, let output) = end else { return done }
        let said = CommandStatus.readable(output).trimmingCharacters(in: .whitespaces)
        return said.isEmpty ? done : "\(done) (\(said))"
    }

    private func heading(
        _ specification: PipeSpecification, _ recipient: EnvelopeRecipient, _ sender: ReversePath
    ) -> [UInt8] {
        let path =
            sender == .null && !specification.nullSender.isEmpty
            ? MailAddress(specification.nullSender).quoted : sender.quoted
        var lines: [String] = []
        if specification.flags.contains(.fromLine) {
            lines.append(
                MboxDelivery.separator(path.isEmpty ? "MAILER-DAEMON" : path).trimmingCharacters(
                    in: .newlines))
        }
        if specification.flags.contains(.returnPath) { lines.append("Return-Path: <\(path)>") }
        if specification.flags.contains(.originalRecipient) {
            lines.append("X-Original-To: \(recipient.original.quoted)")
        }
        if specification.flags.contains(.deliveredTo) {
            lines.append("Delivered-To: \(recipient.address.quoted)")
        }
        return lines.flatMap { Array($0.utf8) + specification.lineEnd }
    }

    /// Never root, nor whoever runs the mail system.
    private func owner(_ specification: PipeSpecification) throws(KeeperRefusal) -> MailboxOwner {
        func refuse(_ what: String) -> KeeperRefusal {
            KeeperRefusal("service \(service.name): user=\(specification.user): \(what)")
        }
        guard let user = LocalUser(named: specification.user) else { throw refuse("no such user") }
        var gid = user.gid
        if let group = specification.group {
            guard let found = SystemGroup.gid(of: group) else { throw refuse("no such group: \(group)") }
            gid = found
        }
        let configuration = service.configuration
        let mailOwner = LocalUser(named: configuration[.mailOwner])
        guard user.uid != 0, gid != 0 else { throw refuse("request to use privileged user or group") }
        guard user.uid != mailOwner?.uid, gid != mailOwner?.gid else {
            throw refuse("request to use mail system owner")
        }
        return MailboxOwner(uid: user.uid, gid: gid)
    }
}

enum SystemGroup {
    /// Nil where there is no such group. Blocks.
    static func gid(of name: String) -> UInt32? {
        var entry = group()
        var found: UnsafeMutablePointer<group>?
        var buffer = [CChar](repeating: 0, count: 64 * 1024)
        guard getgrnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        return entry.gr_gid
    }
}
