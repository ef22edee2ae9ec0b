import NIOCore
import Testing

@testable import Reception

/// What is noticed of a header section that passes.
@Suite struct HeaderWatchTests {
    @Test(arguments: [
        ("Received: x\r\nRECEIVED : y\r\nreceived\t:z\r\n\r\nReceived: body\r\n", 3, ""),
        ("Received-SPF: pass\r\nReceive: x\r\nX-Received: x\r\nRece ived: x\r\n\r\n", 0, ""),
        ("message-ID:  <a@b> \r\nMessage-Id: <c@d>\r\n\r\n", 0, "<a@b>"),
        ("Message-ID:\r\n <a@b>\r\nReceived: x\r\n\r\n", 1, "<a@b>"),
        ("Message-IDs: <a@b>\r\nMessage-I: <a@b>\r\n: x\r\n\r\n", 0, ""),
        ("no field\r\nReceived: x\r\n", 0, ""),
    ])
    func fieldsAreFoundByName(_ content: String, _ receivedCount: Int, _ messageID: String) {
        for size in [1, 3, 1000] {
            var watch = HeaderWatch()
            var rest = ArraySlice(Array(content.utf8))
            while !rest.isEmpty {
                watch.read(ByteBuffer(bytes: rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            #expect(watch.receivedCount == receivedCount)
            #expect(watch.messageID == messageID)
        }
    }
}
