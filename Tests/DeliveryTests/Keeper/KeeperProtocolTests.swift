import Foundation
import MailFormat
import Peers
import Routing
import Testing

@testable import Delivery

@Suite struct KeeperProtocolTests {
    private static let recipient = EnvelopeRecipient(
        address: MailAddress("j\u{F6}rg@x.test"), original: MailAddress(localPart: "a b", domain: nil))
    private static let jim = LocalUser(name: "jim", uid: 1000, gid: 1000, home: "/home/jim")

    private static let tasks: [KeeperRequest.Task] = [
        .virtualMailbox(VirtualMailbox(answer: "x/", uid: 5000, gid: 5001), recipient),
        .userMailbox(user: "jim", recipient),
        .file(path: "/var/x", KeptAuthority(.operatorOfServer), recipient),
        .command("exit 0", KeptAuthority(LocalAuthority(.owner(7), in: .alias)), recipient),
        .command(
            "x", KeptAuthority(LocalAuthority(.user(jim), in: .include, files: ["/a", "/b"])), recipient),
        .mailboxCommand("procmail", user: "jim", recipient),
        .pipe(nextHop: "hop", [recipient, recipient]), .forwardFile(path: "/home/jim/.forward", user: "jim"),
        .list(path: "/l", KeptAuthority(.operatorOfServer)), .cancel(17), .reload,
    ]

    private static func request(_ task: KeeperRequest.Task) -> KeeperRequest {
        KeeperRequest(
            service: "local", task: task,
            message: KeptMessage(
                id: "4jX", size: 1 << 40, sender: .null,
                origin: Envelope.Origin(
                    clientName: "c", clientAddress: "::1", heloName: "h", protocolName: "ESMTP")))
    }

    private static func bytes(_ value: some FrameCodable) -> [UInt8] {
        var writer = FrameWriter()
        writer.put(value)
        return writer.bytes
    }

    private static func decode<Value: FrameCodable>(_ bytes: [UInt8]) throws -> Value {
        var reader = FrameReader(bytes)
        let value: Value = try reader.value()
        try reader.end()
        return value
    }

    @Test(arguments: 0..<11) func `a request arrives as it was sent`(index: Int) throws {
        let request = Self.request(Self.tasks[index])
        #expect(try Self.decode(Self.bytes(request)) == request)
    }

    @Test(arguments: [
        KeeperReply.outcome(.delivered("x", relay: "local"), warnings: ["a", ""]),
        .outcome(.failed(EnhancedStatusCode(.permanentFailure, 1, 2), "no", relay: "p"), warnings: []),
        .file(owner: 9), .missing, .unsafe("u"), .unreadable("r"), .done, .refused("n"),
    ])
    func `a reply arrives as it was sent`(reply: KeeperReply) throws {
        #expect(try Self.decode(Self.bytes(reply)) == reply)
    }

    @Test func `a request that is cut short anywhere, or too long, is refused`() throws {
        for task in Self.tasks {
            let bytes = Self.bytes(Self.request(task))
            for count in 0..<bytes.count {
                #expect(throws: FrameError.self) {
                    let _: KeeperRequest = try Self.decode(Array(bytes.prefix(count)))
                }
            }
            #expect(throws: FrameError.self) { let _: KeeperRequest = try Self.decode(bytes + [0]) }
        }
    }

    @Test func `bytes that nobody meant are refused and break nothing`() throws {
        var random = SeededGenerator(announcing: "keeper's packets")
        for _ in 0..<20_000 {
            var bytes = Self.bytes(Self.request(random.pick(Self.tasks)))
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            if let request: KeeperRequest = try? Self.decode(bytes) { #expect(Self.bytes(request) == bytes) }
        }
    }

    @Test(arguments: ["a\nb", "a\r", "a\u{7F}"])
    func `an address with control characters never gets to the keeper's mailboxes`(local: String) throws {
        let evil = EnvelopeRecipient(
            address: MailAddress(localPart: local, domain: "x.test"), original: MailAddress("a@x.test"))
        let bytes = Self.bytes(Self.request(.userMailbox(user: "jim", evil)))
        #expect(throws: FrameError.self) { let _: KeeperRequest = try Self.decode(bytes) }
    }
}
