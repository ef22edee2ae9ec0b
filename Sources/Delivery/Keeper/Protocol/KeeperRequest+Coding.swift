import MailFormat
import Routing

extension KeeperRequest: FrameCodable {
    init(from reader: inout FrameReader) throws(FrameError) {
        service = try reader.text()
        message = try reader.flag() ? try reader.value() : nil
        task =
            switch try reader.byte() {
            case 1: .virtualMailbox(try reader.value(), try reader.value())
            case 2: .userMailbox(user: try reader.text(), try reader.value())
            case 3: .file(path: try reader.text(), try reader.value(), try reader.value())
            case 4: .command(try reader.text(), try reader.value(), try reader.value())
            case 5: .mailboxCommand(try reader.text(), user: try reader.text(), try reader.value())
            case 6: .pipe(nextHop: try reader.text(), try reader.values())
            case 7: .forwardFile(path: try reader.text(), user: try reader.text())
            case 8: .list(path: try reader.text(), try reader.value())
            case 9: .cancel(try reader.number())
            case 10: .reload
            default: throw FrameError(description: "a request of no known kind")
            }
    }

    func write(to writer: inout FrameWriter) {
        writer.put(service)
        writer.put(message != nil)
        if let message { writer.put(message) }
        func begin(_ kind: UInt8) { writer.put(kind) }
        switch task {
        case .virtualMailbox(let mailbox, let recipient):
            begin(1)
            writer.put(mailbox)
            writer.put(recipient)
        case .userMailbox(let user, let recipient):
            begin(2)
            writer.put(user)
            writer.put(recipient)
        case .file(let path, let authority, let recipient):
            begin(3)
            writer.put(path)
            writer.put(authority)
            writer.put(recipient)
        case .command(let command, let authority, let recipient):
            begin(4)
            writer.put(command)
            writer.put(authority)
            writer.put(recipient)
        case .mailboxCommand(let command, let user, let recipient):
            begin(5)
            writer.put(command)
            writer.put(user)
            writer.put(recipient)
        case .pipe(let nextHop, let recipients):
            begin(6)
            writer.put(nextHop)
            writer.put(recipients)
        case .forwardFile(let path, let user):
            begin(7)
            writer.put(path)
            writer.put(user)
        case .list(let path, let authority):
            begin(8)
            writer.put(path)
            writer.put(authority)
        case .cancel(let number):
            begin(9)
            writer.put(number)
        case .reload:
            begin(10)
        }
    }
}

extension VirtualMailbox: FrameCodable {
    init(from reader: inout FrameReader) throws(FrameError) {
        answer = try reader.text()
        uid = try reader.number()
        gid = try reader.number()
    }

    func write(to writer: inout FrameWriter) {
        writer.put(answer)
        writer.put(uid)
        writer.put(gid)
    }
}

extension KeptMessage: FrameCodable {
    init(from reader: inout FrameReader) throws(FrameError) {
        id = try reader.text()
        size = try reader.size()
        sender = try reader.flag() ? .address(try reader.value()) : .null
        origin = Envelope.Origin(
            clientName: try reader.text(), clientAddress: try reader.text(), heloName: try reader.text(),
            protocolName: try reader.text())
    }

    func write(to writer: inout FrameWriter) {
        writer.put(id)
        writer.put(size)
        switch sender {
        case .null: writer.put(false)
        case .address(let address):
            writer.put(true)
            writer.put(address)
        }
        for text in [origin.clientName, origin.clientAddress, origin.heloName, origin.protocolName] {
            writer.put(text)
        }
    }
}

extension KeptAuthority: FrameCodable {
    init(from reader: inout FrameReader) throws(FrameError) {
        rights =
            switch try reader.byte() {
            case 0: .operatorOfServer
            case 1: .owner(try reader.number())
            case 2: .user(try reader.text())
            default: throw FrameError(description: "rights of no known kind")
            }
        guard let source = LocalSettings.Source(rawValue: try reader.text()) else {
            throw FrameError(description: "a place of no known kind")
        }
        self.source = source
        files = try reader.values()
    }

    func write(to writer: inout FrameWriter) {
        switch rights {
        case .operatorOfServer: writer.put(0 as UInt8)
        case .owner(let uid):
            writer.put(1 as UInt8)
            writer.put(uid)
        case .user(let name):
            writer.put(2 as UInt8)
            writer.put(name)
        }
        writer.put(source.rawValue)
        writer.put(files)
    }
}

extension EnvelopeRecipient: FrameCodable {
    init(from reader: inout FrameReader) throws(FrameError) {
        self.init(address: try reader.value(), original: try reader.value())
    }

    func write(to writer: inout FrameWriter) {
        writer.put(address)
        writer.put(original)
    }
}

extension MailAddress: FrameCodable {
    init(from reader: inout FrameReader) throws(FrameError) {
        self.init(localPart: try reader.text(), domain: try reader.optionalText())
        // Neither may begin a field of its own in a mailbox.
        guard !hasControlCharacter else {
            throw FrameError(description: "an address with control characters")
        }
    }

    func write(to writer: inout FrameWriter) {
        writer.put(localPart)
        writer.put(domain)
    }
}
