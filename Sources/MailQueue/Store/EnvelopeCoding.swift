import MailFormat
import NIOCore

/// Recipients and origin as the store keeps them: 32-bit counts and lengths, then UTF-8.
///
/// One value a message instead of a row a recipient: a message costs one statement to take and one to remove,
/// however many recipients it has.
enum EnvelopeCoding {
    /// The first byte; another form gets another number.
    private static let form: UInt8 = 1
    /// The same with a byte behind each recipient: 1 where its failure is reported, else 0.
    private static let formWithReports: UInt8 = 2

    static func encode(_ envelope: Envelope) -> ByteBuffer {
        var buffer = ByteBuffer()
        let areAllReported = envelope.recipients.allSatisfy(\.isReported)
        buffer.writeInteger(areAllReported ? form : formWithReports)
        write(envelope.origin.clientName, to: &buffer)
        write(envelope.origin.clientAddress, to: &buffer)
        write(envelope.origin.heloName, to: &buffer)
        write(envelope.origin.protocolName, to: &buffer)
        buffer.writeInteger(UInt32(envelope.recipients.count))
        for recipient in envelope.recipients {
            write(recipient.address.text, to: &buffer)
            // Most mail goes where it was sent; then the address is not repeated.
            write(recipient.original == recipient.address ? "" : recipient.original.text, to: &buffer)
            if !areAllReported { buffer.writeInteger(UInt8(recipient.isReported ? 1 : 0)) }
        }
        return buffer
    }

    /// Nil where the bytes are not what ``encode(_:)`` writes.
    static func decode(_ bytes: ByteBuffer) -> (recipients: [EnvelopeRecipient], origin: Envelope.Origin)? {
        var buffer = bytes
        guard let form = buffer.readInteger(as: UInt8.self), form == Self.form || form == formWithReports,
            let clientName = read(&buffer), let clientAddress = read(&buffer),
            let heloName = read(&buffer), let protocolName = read(&buffer),
            let count = buffer.readInteger(as: UInt32.self), Int(count) <= buffer.readableBytes
        else { return nil }
        var recipients: [EnvelopeRecipient] = []
        recipients.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let address = read(&buffer), let original = read(&buffer) else { return nil }
            let mailAddress = MailAddress(address)
            var recipient = EnvelopeRecipient(
                address: mailAddress, original: original.isEmpty ? mailAddress : MailAddress(original))
            if form == formWithReports {
                guard let isReported = buffer.readInteger(as: UInt8.self) else { return nil }
                recipient.isReported = isReported == 1
            }
            recipients.append(recipient)
        }
        let origin = Envelope.Origin(
            clientName: clientName, clientAddress: clientAddress, heloName: heloName,
            protocolName: protocolName)
        return (recipients, origin)
    }

    private static func write(_ text: String, to buffer: inout ByteBuffer) {
        buffer.writeInteger(UInt32(text.utf8.count))
        buffer.writeString(text)
    }

    private static func read(_ buffer: inout ByteBuffer) -> String? {
        guard let length = buffer.readInteger(as: UInt32.self), Int(length) <= buffer.readableBytes else {
            return nil
        }
        return buffer.readString(length: Int(length))
    }
}
