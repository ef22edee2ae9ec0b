import Logging
import MailFormat
import NIOCore
import Routing

/// Changes the header section of a message as it passes: cleanup(8), trivial-rewrite(8).
///
/// Fields that hold addresses are rewritten, fields that nobody else should see are dropped, fields that are
/// missing are added behind the others. Whatever needs no change passes byte for byte.
struct HeaderEditor {
    private let work: HeaderWork
    private var scanner: HeaderScanner
    /// What has come and is no whole field yet.
    private var pending = ByteBuffer()
    private var presence: HeaderField.Presence = []
    private var isFirstField = true
    private var dropsLongField = false
    /// The header has ended; the rest is the body's.
    private(set) var isFinished = false

    init(_ work: HeaderWork) {
        self.work = work
        scanner = HeaderScanner(sizeLimit: work.settings.sizeLimit)
    }

    /// Takes the next part of the message.
    ///
    /// - Returns: what can be passed on.
    mutating func edit(_ content: ByteBuffer) async throws(RewritingFailure) -> ByteBuffer {
        if isFinished { return content }
        if pending.readableBytes == 0 { return try await edit(content, isEnd: false) }
        var buffer = pending
        pending = ByteBuffer()
        buffer.writeImmutableBuffer(content)
        return try await edit(buffer, isEnd: false)
    }

    /// The message has ended.
    mutating func finish() async throws(RewritingFailure) -> ByteBuffer {
        if isFinished { return ByteBuffer() }
        let rest = pending
        pending = ByteBuffer()
        var output = try await edit(rest, isEnd: true)
        if !isFinished {
            output.writeBytes(work.missingFields(presence))
            isFinished = true
        }
        return output
    }

    private mutating func edit(_ buffer: ByteBuffer, isEnd: Bool) async throws(RewritingFailure) -> ByteBuffer
    {
        var output = Output(buffer)
        while !isFinished {
            let waiting = buffer.readableBytesView.dropFirst(output.position)
            switch scanner.next(waiting, isEnd: isEnd) {
            case .field(let length):
                let field = Array(waiting.prefix(length))
                let (name, role) = note(field)
                if work.drops(name) {
                    output.replace(length, by: [])
                } else if let role, let rewritten = try await work.rewritten(field, as: role) {
                    output.replace(length, by: rewritten)
                } else {
                    output.keep(length)
                }
            case .longField(let length, let isBeginning):
                if isBeginning {
                    dropsLongField = work.drops(note(waiting).name)
                    work.tellOfLongField(isDropped: dropsLongField)
                }
                if dropsLongField { output.replace(length, by: []) } else { output.keep(length) }
            case .separator:
                isFinished = true
                output.insert(work.missingFields(presence))
            case .body:
                if isFirstField, let length = Self.mailboxLine(waiting) {
                    output.insert(Array("X-Mailbox-Line: ".utf8))
                    output.keep(length)
                    // More such lines may follow.
                    continue
                }
                isFinished = true
                output.insert(work.missingFields(presence) + [0x0D, 0x0A])
            case .incomplete:
                pending = output.rest
                return output.taken
            }
            isFirstField = false
        }
        return output.whole
    }

    /// A line that some mailbox's file left before the header: `From john@example.org Sat Nov 21 …`.
    private static func mailboxLine(_ bytes: ByteBufferView) -> Int? {
        guard bytes.starts(with: "From ".utf8) || bytes.starts(with: ">From ".utf8),
            let end = bytes.firstIndex(of: 0x0A)
        else { return nil }
        return end + 1 - bytes.startIndex
    }

    /// Remembers that the field is there.
    private mutating func note(_ field: some Collection<UInt8>) -> (name: String, role: HeaderField.Role?) {
        guard let name = HeaderField.name(in: field)?.folded else { return ("", nil) }
        guard let known = HeaderField.named(name) else { return (name, nil) }
        presence.formUnion(known.presence)
        return (name, known.role)
    }
}

extension HeaderEditor {
    /// The bytes that came, with changes; nothing is copied before the first of them.
    private struct Output {
        private let input: ByteBuffer
        /// How much of the input is dealt with.
        private(set) var position = 0
        private var edited: ByteBuffer?
        private var copied = 0

        init(_ input: ByteBuffer) {
            self.input = input
        }

        mutating func keep(_ length: Int) { position += length }

        mutating func insert(_ bytes: [UInt8]) {
            guard !bytes.isEmpty else { return }
            replace(0, by: bytes)
        }

        mutating func replace(_ length: Int, by bytes: [UInt8]) {
            let before = slice(copied..<position)
            if edited == nil { edited = ByteBuffer() }
            edited?.writeImmutableBuffer(before)
            edited?.writeBytes(bytes)
            position += length
            copied = position
        }

        /// What is dealt with.
        var taken: ByteBuffer { upTo(position) }
        /// What is not: the buffer itself where that is all of it, so that a field that comes in many small
        /// pieces grows in place.
        var rest: ByteBuffer { position == 0 ? input : slice(position..<input.readableBytes) }
        /// Everything.
        var whole: ByteBuffer { upTo(input.readableBytes) }

        private func upTo(_ end: Int) -> ByteBuffer {
            guard var output = edited else { return slice(0..<end) }
            output.writeImmutableBuffer(slice(copied..<end))
            return output
        }

        private func slice(_ range: Range<Int>) -> ByteBuffer {
            input.getSlice(at: input.readerIndex + range.lowerBound, length: range.count) ?? ByteBuffer()
        }
    }
}
