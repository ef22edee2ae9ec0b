/// One pass over received content: how much of it is message, and what has to change in it.
///
/// Most messages need no change, so that what was received can be passed on as it lies.
struct ContentScan {
    struct Edit {
        enum Kind {
            /// The dot that RFC 5321 §4.5.2 put before a line that begins with one.
            case removal
            /// A carriage return that ends no line.
            case space
            /// A carriage return is missing before this line feed.
            case insertion
        }

        let offset: Int
        let kind: Kind
    }

    enum Stop {
        /// More has to come.
        case incomplete
        /// `.` CRLF stands at ``ContentScan/consumed``.
        case end
    }

    /// What stands before the next byte.
    enum Position {
        case inLine
        /// Only here can a message end.
        case afterLineEnd
        /// After a line feed without its carriage return, in a message in which that is mended.
        case afterLineFeed
    }

    private let mendsLineFeeds: Bool
    private(set) var position: Position
    private(set) var consumed = 0
    private(set) var edits: [Edit] = []
    private(set) var stop = Stop.incomplete
    /// A line feed without its carriage return was seen: the message must be refused.
    private(set) var hasBareLineFeed = false

    /// - Parameter mendsLineFeeds: a bare line feed becomes a line end of the message, and still ends no message.
    init(at position: Position, mendsLineFeeds: Bool) {
        self.position = position
        self.mendsLineFeeds = mendsLineFeeds
    }

    mutating func run(over bytes: UnsafeRawBufferPointer) {
        while consumed < bytes.count {
            if position != .inLine, bytes[consumed] == UInt8(ascii: ".") {
                guard takeDot(bytes) else { return }
            } else {
                guard takeLine(bytes) else { return }
            }
        }
    }

    /// A dot that begins a line. False where the scan stops at it.
    private mutating func takeDot(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let left = bytes.count - consumed
        guard left > 1 else { return false }
        if bytes[consumed + 1] == 0x0D {
            guard left > 2 else { return false }
            if bytes[consumed + 2] == 0x0A {
                guard position == .afterLineFeed else {
                    stop = .end
                    return false
                }
                remove(3)
                position = .afterLineEnd
                return true
            }
        } else if mendsLineFeeds, bytes[consumed + 1] == 0x0A {
            remove(2)
            position = .afterLineFeed
            return true
        }
        remove(1)
        position = .inLine
        return true
    }

    private mutating func remove(_ count: Int) {
        for _ in 0..<count {
            edits.append(Edit(offset: consumed, kind: .removal))
            consumed += 1
        }
    }

    /// Up to and with the next line end. False where the scan stops before it.
    private mutating func takeLine(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let lineFeed = InboundWire.find(0x0A, in: bytes, from: consumed)
        let end = lineFeed ?? bytes.count
        let line = UnsafeRawBufferPointer(rebasing: bytes[..<end])
        while let carriageReturn = InboundWire.find(0x0D, in: line, from: consumed) {
            if carriageReturn == end - 1 {
                guard lineFeed != nil else {
                    // Whether a line feed follows will be seen.
                    if carriageReturn > consumed { position = .inLine }
                    consumed = carriageReturn
                    return false
                }
                consumed = end + 1
                position = .afterLineEnd
                return true
            }
            edits.append(Edit(offset: carriageReturn, kind: .space))
            consumed = carriageReturn + 1
            position = .inLine
        }
        if consumed < end { position = .inLine }
        consumed = end
        if lineFeed != nil {
            if mendsLineFeeds {
                edits.append(Edit(offset: end, kind: .insertion))
                position = .afterLineFeed
            } else {
                hasBareLineFeed = true
                position = .inLine
            }
            consumed += 1
        }
        return true
    }
}
