import MailFormat

/// What came of a request.
enum KeeperReply: Equatable, Sendable {
    /// Of a delivery; what is to be told to the log beside it.
    case outcome(RecipientOutcome, warnings: [String])
    /// A file that was asked for comes with the packet, opened; its owner.
    case file(owner: UInt32)
    case missing
    /// The file is there and must not be used.
    case unsafe(String)
    /// It cannot be read now.
    case unreadable(String)
    case done
    /// The keeper does not do what was asked, and why.
    case refused(String)
}

extension KeeperReply: FrameCodable {
    init(from reader: inout FrameReader) throws(FrameError) {
        self =
            switch try reader.byte() {
            case 1: .outcome(try reader.value(), warnings: try reader.values())
            case 2: .file(owner: try reader.number())
            case 3: .missing
            case 4: .unsafe(try reader.text())
            case 5: .unreadable(try reader.text())
            case 6: .done
            case 7: .refused(try reader.text())
            default: throw FrameError(description: "a reply of no known kind")
            }
    }

    func write(to writer: inout FrameWriter) {
        func put(_ kind: UInt8, _ text: String? = nil) {
            writer.put(kind)
            if let text { writer.put(text) }
        }
        switch self {
        case .outcome(let outcome, let warnings):
            put(1)
            writer.put(outcome)
            writer.put(warnings)
        case .file(let owner):
            put(2)
            writer.put(owner)
        case .missing: put(3)
        case .unsafe(let reason): put(4, reason)
        case .unreadable(let reason): put(5, reason)
        case .done: put(6)
        case .refused(let reason): put(7, reason)
        }
    }
}

extension RecipientOutcome: FrameCodable {
    private static let fates: [Fate] = [.delivered, .deferred, .failed]

    init(from reader: inout FrameReader) throws(FrameError) {
        let fate = Int(try reader.byte())
        guard Self.fates.indices.contains(fate),
            let status = EnhancedStatusCode(try reader.text())
        else { throw FrameError(description: "an outcome of no known kind") }
        self.init(Self.fates[fate], status, try reader.text(), relay: try reader.text())
    }

    func write(to writer: inout FrameWriter) {
        writer.put(UInt8(Self.fates.firstIndex(of: fate) ?? 1))
        writer.put("\(status)")
        writer.put(reason)
        writer.put(relay)
    }
}
