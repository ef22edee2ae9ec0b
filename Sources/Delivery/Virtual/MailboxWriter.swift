import Foundation
import MailFormat
import MailQueue
import NIOCore
import NIOPosix

/// A message on its way into a mailbox file: the agent's own fields, then the content with LF line ends.
struct MailboxMessage: Sendable {
    let sender: ReversePath
    let recipient: EnvelopeRecipient
    let content: MailboxContent
    /// `enable_original_recipient`
    var namesOriginalRecipient = true

    /// The fields that virtual(8) puts on top.
    var trace: String {
        let original = namesOriginalRecipient ? "X-Original-To: \(recipient.original.quoted)\n" : ""
        return "Return-Path: <\(sender.quoted)>\n\(original)Delivered-To: \(recipient.address.quoted)\n"
    }
}

/// The content, piece after piece.
enum MailboxContent: Sendable {
    case memory(ByteBuffer)
    case file(FilePieces)

    init(_ content: MessageContent, _ threads: NIOThreadPool) {
        switch content {
        case .memory(let buffer): self = .memory(buffer)
        case .file(let path, let size): self = .file(FilePieces(path: path, size: size, threads: threads))
        }
    }

    /// Gets hold of the content before the thread puts on the mailbox owner's identity.
    func open() throws {
        if case .file(let pieces) = self { try pieces.open() }
    }

    /// Hands each piece to `body`.
    func forEach(_ body: (ByteBuffer) throws(MailboxFailure) -> Void) throws(MailboxFailure) {
        switch self {
        case .memory(let buffer): try body(buffer)
        case .file(let pieces): while let piece = try Self.read(pieces) { try body(piece) }
        }
    }

    /// The next piece of a file; nil at its end.
    static func read(_ pieces: FilePieces) throws(MailboxFailure) -> ByteBuffer? {
        do {
            return try pieces.read()
        } catch {
            throw MailboxFailure(.content, "queue file read error: \(error)")
        }
    }
}

/// Writes a message to an open file; calls block.
struct MailboxWriter {
    private let descriptor: CInt
    private let path: String
    /// The largest size that the file may reach; 0 is no limit.
    private let limit: Int
    private var size: Int
    private var lines: LineEnds

    init(descriptor: CInt, path: String, size: Int, limit: Int, quotesFrom: Bool) {
        self.descriptor = descriptor
        self.path = path
        self.size = size
        self.limit = limit
        lines = LineEnds(quotesFrom: quotesFrom)
    }

    mutating func write(_ message: MailboxMessage) throws(MailboxFailure) {
        try write(Array(message.trace.utf8))
        try message.content.forEach { piece throws(MailboxFailure) in try write(lines.convert(piece)) }
        try write(lines.finish())
    }

    mutating func write(_ bytes: [UInt8]) throws(MailboxFailure) {
        size += bytes.count
        if limit > 0, size > limit {
            errno = EFBIG
            throw .system("error writing message")
        }
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw .system("error writing message")
            }
            offset += count
        }
    }

    func sync() throws(MailboxFailure) {
        guard fsync(descriptor) == 0 else { throw .system("sync", path) }
    }
}

/// CRLF becomes LF, or what a command wants, piece by piece; for an mbox, lines that begin with `From ` get a `>`.
struct LineEnds {
    private let quotesFrom: Bool
    /// Lines that begin with a dot get another.
    private let stuffsDots: Bool
    private let end: [UInt8]
    private var endsWithCR = false
    private var isAtLineStart = true
    /// What a line has begun with, as long as it may still become `From `.
    private var held: [UInt8] = []

    private static let from = Array("From ".utf8)

    init(quotesFrom: Bool, stuffsDots: Bool = false, end: [UInt8] = [10]) {
        self.quotesFrom = quotesFrom
        self.stuffsDots = stuffsDots
        self.end = end
    }

    mutating func convert(_ piece: ByteBuffer) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(piece.readableBytes + 8)
        for byte in piece.readableBytesView {
            if endsWithCR {
                endsWithCR = false
                if byte != UInt8(ascii: "\n") { put(UInt8(ascii: "\r"), &output) }
            }
            if byte == UInt8(ascii: "\r") { endsWithCR = true } else { put(byte, &output) }
        }
        return output
    }

    /// What is left; text that does not end with a line end gets one.
    mutating func finish() -> [UInt8] {
        var output: [UInt8] = []
        if endsWithCR { put(UInt8(ascii: "\r"), &output) }
        endsWithCR = false
        output.append(contentsOf: held)
        if !isAtLineStart || !held.isEmpty { output.append(contentsOf: end) }
        held = []
        isAtLineStart = true
        return output
    }

    private mutating func put(_ byte: UInt8, _ output: inout [UInt8]) {
        if byte == UInt8(ascii: "\n") {
            output.append(contentsOf: held)
            held = []
            output.append(contentsOf: end)
            isAtLineStart = true
            return
        }
        if stuffsDots, isAtLineStart, held.isEmpty, byte == UInt8(ascii: ".") { output.append(byte) }
        if quotesFrom, isAtLineStart || !held.isEmpty {
            held.append(byte)
            isAtLineStart = false
            if held == Self.from {
                output.append(UInt8(ascii: ">"))
            } else if Self.from.starts(with: held) {
                return
            }
            output.append(contentsOf: held)
            held = []
        } else {
            output.append(byte)
            isAtLineStart = false
        }
    }
}
