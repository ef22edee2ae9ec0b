import MailFormat
import NIOCore
import Testing

@testable import MailQueue

@Suite struct EnvelopeCodingTests {
    private func envelope(_ recipients: [EnvelopeRecipient]) -> Envelope {
        Envelope(
            sender: .null, recipients: recipients,
            origin: Envelope.Origin(
                clientName: "c", clientAddress: "192.0.2.1", heloName: "h", protocolName: "SMTP"))
    }

    private func recipient(_ text: String, _ original: String, isReported: Bool = true) -> EnvelopeRecipient {
        EnvelopeRecipient(
            address: MailAddress(text), original: MailAddress(original), isReported: isReported)
    }

    @Test func `recipients come back as they were`() {
        for copies in [
            [], [recipient("c@x", "c@x", isReported: false), recipient("d@x", "e@x", isReported: false)],
        ] {
            let recipients = [recipient("a@x", "a@x"), recipient("b@x", "list@x")] + copies
            let read = EnvelopeCoding.decode(EnvelopeCoding.encode(envelope(recipients)))
            #expect(read?.recipients == recipients)
        }
    }

    @Test func `without copies the form is the first one, which older versions read`() {
        #expect(
            EnvelopeCoding.encode(envelope([recipient("a@x", "b@x")])).getInteger(at: 0, as: UInt8.self) == 1)
    }

    @Test func `what is cut short is nothing`() {
        let whole = EnvelopeCoding.encode(envelope([recipient("a@x", "b@x", isReported: false)]))
        for length in 0..<whole.readableBytes {
            #expect(EnvelopeCoding.decode(whole.getSlice(at: 0, length: length) ?? ByteBuffer()) == nil)
        }
    }
}
