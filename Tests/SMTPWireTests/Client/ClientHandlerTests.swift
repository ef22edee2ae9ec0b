import MailFormat
import NIOCore
import NIOEmbedded
import Testing

@testable import SMTPWire

/// Servers that answer before they have read the content.
@Suite struct ClientHandlerTests {
    private static let accepted = "250 Ok\r\n250 Ok\r\n250 Ok\r\n354 go\r\n"

    private let channel = EmbeddedChannel()
    private let handler: ClientHandler
    private let piece: EventLoopPromise<ByteBuffer?>

    init() throws {
        let loop = channel.embeddedEventLoop
        handler = ClientHandler(
            .lmtp, heloName: "mx.example.test", limits: ClientTimeLimits(), opened: loop.makePromise())
        piece = loop.makePromise()
        try channel.pipeline.syncOperations.addHandler(handler)
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/s")).wait()
        try hear("220 hi\r\n")
        try hear("250-x\r\n250 PIPELINING\r\n")
    }

    private func hear(_ text: String) throws {
        try channel.writeInbound(ByteBuffer(string: text))
    }

    private func begin(_ content: ClientContent) -> EventLoopFuture<ClientOutcome> {
        let promise = channel.embeddedEventLoop.makePromise(of: ClientOutcome.self)
        handler.begin(
            ClientTransaction(
                sender: .null, recipients: [MailAddress("a@example.org"), MailAddress("b@example.org")],
                size: 3, isEightBit: false), content: content, promise: promise)
        return promise.futureResult
    }

    private func sent() throws -> String {
        var text = ""
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: buffer) }
        return text
    }

    @Test(
        arguments: [
            (["250 2.0.0 done"], [nil, nil]), (["250 2.0.0 done", "250 2.0.0 done"], [nil, nil]),
            (["354 more"], [nil, nil]), (["552 5.3.4 too big"], [552, nil]),
            (["552 5.3.4 too big", "452 4.2.2 full"], [552, 452]),
            (["452 4.3.1 no space", "250 2.0.0 done"], [452, nil]), (["421 4.3.2 bye"], [421, nil]),
        ] as [([String], [Int?])])
    func `an early reply ends the connection and is never an acceptance`(
        replies: [String], codes: [Int?]
    ) throws {
        let outcome = begin(.pieces { [piece] _ in piece.futureResult })
        try hear(Self.accepted)
        _ = try sent()
        try hear(replies.map { "\($0)\r\n" }.joined())
        let found = try outcome.wait()
        #expect(found.results.map { $0?.reply.code } == codes)
        #expect(found.failure != nil)
        #expect(!found.wasStale)
        #expect(!handler.isUsable)
        #expect(!channel.isActive)
        // What is still read of the content goes nowhere.
        piece.succeed(ByteBuffer(string: "x\r\n"))
        #expect(try sent().isEmpty)
    }

    @Test func `an acceptance that comes together with the 354 is none`() throws {
        defer { piece.succeed(nil) }
        let outcome = begin(.memory(ByteBuffer(string: "x\r\n")))
        try hear(Self.accepted + "250 2.0.0 one\r\n250 2.0.0 two\r\n")
        let found = try outcome.wait()
        #expect(found.results == [nil, nil])
        #expect(found.failure == .garbage("250 2.0.0 one", .content))
        #expect(!handler.isUsable)
    }

    @Test func `replies to the dot count as before`() throws {
        for content in [
            ClientContent.memory(ByteBuffer(string: "x\r\n")), .pieces { [piece] _ in piece.futureResult },
        ] {
            let outcome = begin(content)
            try hear(Self.accepted)
            if case .pieces = content { piece.succeed(nil) }
            #expect(try sent().hasSuffix(".\r\n"))
            try hear("250 2.0.0 one\r\n452 4.2.2 two\r\n")
            let found = try outcome.wait()
            #expect(found.results.map { $0?.reply.code } == [250, 452])
            #expect(found.failure == nil)
            #expect(handler.isUsable)
        }
        try channel.close().wait()
    }
}
