import Foundation
import MailFormat
import NIOPosix

/// One request, from its check to its answer, on a thread of its own.
struct KeeperDuty {
    let services: KeptServices?
    let request: KeeperRequest
    let content: ListFile?
    /// Told of a command that has been started, so that it can be stopped.
    let register: (RunningCommand) -> Void

    func perform() -> KeptAnswer {
        guard let services else { return KeptAnswer(.refused("it has not read main.cf yet")) }
        do {
            return try perform(services)
        } catch let refusal as KeeperRefusal {
            return KeptAnswer(.refused(refusal.reason))
        } catch {
            return KeptAnswer(.refused("\(error)"))
        }
    }

    private func perform(_ services: KeptServices) throws -> KeptAnswer {
        switch request.task {
        case .virtualMailbox(let mailbox, let recipient):
            let duty = VirtualDuty(try service("virtual", services))
            return KeptAnswer(try duty.deliver(try message(recipient, duty.settings), to: mailbox))
        case .userMailbox(let user, let recipient):
            let duty = LocalDuty(try service("local", services))
            return KeptAnswer(try duty.deliver(try message(recipient, duty.settings), toUser: user))
        case .file(let path, let authority, let recipient):
            let duty = LocalDuty(try service("local", services))
            return KeptAnswer(
                try duty.deliver(try message(recipient, duty.settings), toFile: path, for: authority))
        case .forwardFile(let path, let user):
            return try LocalDuty(try service("local", services)).open(forwardFile: path, of: user)
        case .list(let path, let authority):
            return try LocalDuty(try service("local", services)).open(list: path, for: authority)
        case .command(let command, let authority, let recipient):
            let service = try service("local", services)
            return KeptAnswer(
                try CommandDuty(service, register: register)
                    .run(command, for: authority, try delivery(recipient, service)))
        case .mailboxCommand(let command, let user, let recipient):
            let service = try service("local", services)
            return KeptAnswer(
                try CommandDuty(service, register: register)
                    .run(mailboxCommand: command, of: user, try delivery(recipient, service)))
        case .pipe(let nextHop, let recipients):
            let duty = PipeDuty(service: try service("pipe", services), register: register)
            return KeptAnswer(
                try duty.run(recipients, nextHop: nextHop, try pieces(), try message()))
        case .cancel, .reload:
            throw KeeperRefusal("this is no delivery")
        }
    }

    private func service(_ program: String, _ services: KeptServices) throws(KeeperRefusal) -> DeliveryService
    {
        guard let service = services[request.service, program] else {
            throw KeeperRefusal("master.cf has no service \(request.service) of \(program)(8)")
        }
        return service
    }

    // MARK: Content

    private func message() throws(KeeperRefusal) -> KeptMessage {
        guard let message = request.message else { throw KeeperRefusal("there is no message") }
        return message
    }

    private func delivery(
        _ recipient: EnvelopeRecipient, _ service: DeliveryService
    ) throws(KeeperRefusal) -> CommandDelivery {
        let message = try message(recipient, LocalAgentSettings(service.configuration))
        return CommandDelivery(
            message: try self.message(), recipient: recipient, content: try pieces(), trace: message.trace)
    }

    private func message(
        _ recipient: EnvelopeRecipient, _ namesOriginalRecipient: Bool
    ) throws(KeeperRefusal) -> MailboxMessage {
        MailboxMessage(
            sender: try message().sender, recipient: recipient, content: .file(try pieces()),
            namesOriginalRecipient: namesOriginalRecipient)
    }

    private func message(
        _ recipient: EnvelopeRecipient, _ settings: VirtualSettings
    ) throws(KeeperRefusal) -> MailboxMessage {
        try message(recipient, settings.namesOriginalRecipient)
    }

    private func message(
        _ recipient: EnvelopeRecipient, _ settings: LocalAgentSettings
    ) throws(KeeperRefusal) -> MailboxMessage {
        try message(recipient, settings.namesOriginalRecipient)
    }

    private func pieces() throws(KeeperRefusal) -> FilePieces {
        var status = stat()
        guard let content, fstat(content.descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            case let descriptor = fcntl(content.descriptor, F_DUPFD_CLOEXEC, 3), descriptor >= 0
        else { throw KeeperRefusal("the content is no file") }
        return FilePieces(descriptor: descriptor, size: Int(status.st_size), threads: .singleton)
    }
}

/// Why the keeper does not do what it is asked for.
struct KeeperRefusal: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
