import MailFormat
import NIOCore

extension ByteBuffer {
    /// Writes a reply as the wire has it, each line ended by CRLF (RFC 5321 §4.2.1, RFC 2034 §4).
    ///
    ///     250-mx.example.org
    ///     250 PIPELINING
    ///
    /// Line ends inside a text could forge another reply, so they become spaces.
    public mutating func writeReply(_ reply: SMTPReply) {
        let last = reply.lines.count - 1
        for (index, line) in reply.lines.enumerated() {
            writeDigits(reply.code)
            writeInteger(index == last ? UInt8(ascii: " ") : UInt8(ascii: "-"))
            if let status = reply.status {
                writeDigits(Int(status.class.rawValue))
                writeInteger(UInt8(ascii: "."))
                writeDigits(Int(status.subject))
                writeInteger(UInt8(ascii: "."))
                writeDigits(Int(status.detail))
                writeInteger(UInt8(ascii: " "))
            }
            if line.utf8.contains(where: { $0 == 10 || $0 == 13 }) {
                writeBytes(line.utf8.lazy.map { $0 == 10 || $0 == 13 ? UInt8(ascii: " ") : $0 })
            } else {
                writeString(line)
            }
            writeStaticString("\r\n")
        }
    }

    private mutating func writeDigits(_ number: Int) {
        if number >= 10 { writeDigits(number / 10) }
        writeInteger(UInt8(ascii: "0") + UInt8(number % 10))
    }
}
