import Foundation
import Logging
import LookupTables
import MailFormat
import MailQueue
import NIOCore
import Peers
import Routing
import Testing

@testable import Delivery

/// Answers from a dictionary; `*` answers every key.
private struct DictionaryTable: LookupTable {
    let name = "dictionary:test"
    let keys = LookupKeys.fixed
    private let entries: [String: String]

    init(_ entries: [String: String]) {
        self.entries = entries
    }

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        entries[key] ?? entries["*"]
    }
}

@Suite struct VirtualAgentTests {
    private static let uid = Int(getuid() == 0 ? 5000 : getuid())
    private static let gid = Int(getuid() == 0 ? 5000 : getgid())

    private func agent(
        _ base: TemporaryDirectory, mailboxes: [String: String], uids: [String: String]? = nil,
        limit: Int = 51_200_000,
        minimumUID: Int = 1, delimiter: String = "+", log: LogRecorder
    ) throws -> VirtualAgent {
        var settings = VirtualSettings(base: base.appending("vmail"))
        settings.limit = limit
        settings.minimumUID = minimumUID
        settings.addressExtension = AddressExtension(delimiters: delimiter)
        let directory = try base.makeDirectory("vmail", mode: 0o700)
        if getuid() == 0 { chown(directory, uid_t(Self.uid), gid_t(Self.gid)) }
        return VirtualAgent(
            settings,
            tables: MailboxTables(
                mailboxes: TableList(parameter: "virtual_mailbox_maps", tables: [DictionaryTable(mailboxes)]),
                uids: TableList(
                    parameter: "virtual_uid_maps", tables: [DictionaryTable(uids ?? ["*": "\(Self.uid)"])]),
                gids: TableList(
                    parameter: "virtual_gid_maps", tables: [DictionaryTable(["*": "\(Self.gid)"])])),
            logger: log.logger("virtual"))
    }

    private func job(_ content: MessageContent, to address: String, from sender: String) async throws
        -> DeliveryJob
    {
        let directory = try TemporaryDirectory("vrt")
        let queue = try MailQueue(
            QueueSettings(directory: directory.path + "/q"),
            logger: Logger(label: "q") { _ in SwiftLogNoOpLogHandler() })
        let draft = queue.begin()
        try await draft.append(ByteBuffer(string: "x"))
        try await draft.commit(
            Envelope(
                sender: ReversePath(sender),
                recipients: [
                    EnvelopeRecipient(
                        address: MailAddress(address), original: MailAddress("orig@example.org"))
                ],
                origin: Envelope.Origin(clientName: "", clientAddress: "", heloName: "", protocolName: "SMTP")
            ))
        let message = try #require(await queue.nextDue())[0]
        await queue.close()
        return DeliveryJob(
            message: message, route: Route(transport: "virtual", nextHop: "example.org"),
            recipients: message.recipients, content: content)
    }

    private func deliver(
        _ content: String, to address: String, from sender: String = "a@example.org", by agent: VirtualAgent
    ) async throws -> RecipientOutcome {
        let job = try await job(.memory(ByteBuffer(string: content)), to: address, from: sender)
        return await agent.deliver(job).outcomes[0]
    }

    @Test func `a Maildir is made and gets the message with its trace fields`() async throws {
        let base = try TemporaryDirectory("vrt")
        let agent = try agent(
            base, mailboxes: ["john@example.org": "example.org/john/Maildir/"], log: LogRecorder())
        let outcome = try await deliver(
            "Subject: x\r\n\r\n.dot\r\nFrom here\r\nend", to: "John+tag@Example.org", by: agent)
        #expect(outcome == .delivered("delivered to maildir", relay: "virtual"))
        let maildir = base.appending("vmail/example.org/john/Maildir")
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(maildir)/new")
        #expect(names.count == 1)
        #expect(try #/\d+\.V[0-9a-f]+I[0-9a-f]+M\d+\..+/#.wholeMatch(in: names[0]) != nil)
        let message = String(decoding: Maildir.messages(at: maildir)[0], as: UTF8.self)
        #expect(
            message
                == "Return-Path: <a@example.org>\nX-Original-To: orig@example.org\nDelivered-To: John+tag@Example.org\n"
                + "Subject: x\n\n.dot\nFrom here\nend\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(maildir)/tmp").isEmpty)
        for path in ["", "/new", "/cur", "/tmp", "/new/\(names[0])"] {
            var status = stat()
            #expect(stat(maildir + path, &status) == 0)
            #expect(status.st_uid == uid_t(Self.uid))
            #expect(status.st_gid == gid_t(Self.gid))
            #expect(status.st_mode & 0o777 == (path.contains("/new/") ? 0o600 : 0o700))
        }
    }

    @Test func `an mbox gets messages with separators and quoted From lines`() async throws {
        let base = try TemporaryDirectory("vrt")
        let agent = try agent(base, mailboxes: ["@example.org": "all/mbox"], log: LogRecorder())
        for sender in ["a@example.org", ""] {
            let outcome = try await deliver(
                "S: x\r\n\r\nFrom a\r\n>From b\r\nFro\r\nFrom", to: "x@example.org", from: sender, by: agent)
            #expect(outcome == .delivered("delivered to mailbox", relay: "virtual"))
        }
        let text = try String(contentsOfFile: base.appending("vmail/all/mbox"), encoding: .utf8)
        let day = #/From (\S+)  [A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\n/#
        #expect(text.matches(of: day).map { String($0.output.1) } == ["a@example.org", "MAILER-DAEMON"])
        let body =
            "X-Original-To: orig@example.org\nDelivered-To: x@example.org\nS: x\n\n>From a\n>From b\nFro\nFrom\n\n"
        #expect(
            text.replacing(day, with: "") == "Return-Path: <a@example.org>\n\(body)Return-Path: <>\n\(body)")
        #expect(!FileManager.default.fileExists(atPath: base.appending("vmail/all/mbox.lock")))
    }

    struct Trouble: Sendable {
        let mailbox: String
        var uids: [String: String]?
        var limit = 0
        var minimumUID = 1
        let outcome: RecipientOutcome.Fate
        let status: String
        let reason: String
        var log = ""
    }

    static let troubles = [
        Trouble(
            mailbox: "../x/", outcome: .deferred, status: "4.3.5", reason: "mail system configuration error",
            log: "virtual_mailbox_maps answers \"../x/\", which does not stay below virtual_mailbox_base"),
        Trouble(
            mailbox: "x/", uids: ["*": "nobody"], outcome: .deferred, status: "4.3.5",
            reason: "mail system configuration error",
            log: "recipient x@example.org: bad uid nobody in virtual_uid_maps"),
        Trouble(
            mailbox: "x/", minimumUID: 1 << 30, outcome: .deferred, status: "4.3.5",
            reason: "mail system configuration error",
            log: "recipient x@example.org: bad uid \(uid) in virtual_uid_maps"),
        Trouble(
            mailbox: "x/", uids: ["a": "1"], outcome: .deferred, status: "4.3.5",
            reason: "mail system configuration error",
            log: "recipient x@example.org: not found in virtual_uid_maps"),
        Trouble(
            mailbox: "x/", limit: 30, outcome: .failed, status: "5.2.2",
            reason: "maildir delivery failed: error writing message: File too large"),
        Trouble(
            mailbox: "x", limit: 30, outcome: .failed, status: "5.2.2",
            reason: "error writing message: File too large"),
        Trouble(mailbox: "file/x/", outcome: .deferred, status: "4.2.0", reason: "Not a directory"),
    ]

    @Test(arguments: troubles) func `trouble is named and mail is not lost`(_ trouble: Trouble) async throws {
        let base = try TemporaryDirectory("vrt")
        let log = LogRecorder()
        let agent = try agent(
            base, mailboxes: ["x@example.org": trouble.mailbox], uids: trouble.uids, limit: trouble.limit,
            minimumUID: trouble.minimumUID, log: log)
        try base.write("vmail/file", "in the way")
        let outcome = try await deliver("Subject: x\r\n", to: "x@example.org", by: agent)
        #expect(outcome.fate == trouble.outcome)
        #expect(outcome.status.description == trouble.status)
        #expect(outcome.reason.hasSuffix(trouble.reason), "\(outcome.reason)")
        #expect(
            trouble.log.isEmpty
                || log.lines.contains { $0.hasPrefix("virtual: warning: ") && $0.contains(trouble.log) })
        let left = try FileManager.default.subpathsOfDirectory(atPath: base.appending("vmail"))
        #expect(!left.contains { $0.hasSuffix(".vm") || $0.hasSuffix(".lock") })
        if let mbox = try? FileManager.default.attributesOfItem(atPath: base.appending("vmail/x"))[.type]
            as? FileAttributeType,
            mbox == .typeRegular
        {
            #expect(try Data(contentsOf: URL(fileURLWithPath: base.appending("vmail/x"))).isEmpty)
        }
    }

    @Test func `an unknown user is unknown for good`() async throws {
        let agent = try agent(
            try TemporaryDirectory("vrt"), mailboxes: ["x@example.org": "x/"], log: LogRecorder())
        let outcome = try await deliver("x\r\n", to: "y@example.org", by: agent)
        #expect(
            outcome
                == .failed(
                    EnhancedStatusCode(.permanentFailure, 1, 1), "unknown user: \"y@example.org\"",
                    relay: "virtual"))
    }

    @Test func `a Maildir file has the bytes that Postfix's virtual(8) writes`() async throws {
        // Postfix hands the file to a user of its own choice; that takes root, as it does in operation.
        let uid = getuid() == 0 ? Self.uid : Int(getuid())
        let postfix = try await PostfixServer.start(
            mainCf: """
                virtual_mailbox_domains = example.org
                virtual_mailbox_base = $queue_directory/../vmail
                virtual_mailbox_maps = inline:{john@example.org=john/}
                virtual_alias_maps = inline:{orig@example.org=john@example.org}
                virtual_minimum_uid = 1
                virtual_uid_maps = static:\(uid)
                virtual_gid_maps = static:\(Self.gid)
                smtpd_recipient_restrictions =
                """,
            prepare: { directory in
                let path = try directory.makeDirectory("vmail", mode: 0o777)
                if getuid() == 0 { chown(path, uid_t(uid), gid_t(Self.gid)) }
            })
        let content =
            "Subject: bytes\r\nX-Long: \(String(repeating: "y", count: 300))\r\n\r\n.dot\r\n\r\nFrom x\r\n\ttab \u{e9}\r\nend\r\n"
        let client = try await SMTPClient.connect(port: postfix.port)
        _ = try await client.sendMail(from: "a@example.org", to: ["orig@example.org"], content: content)
        let theirs = postfix.directory.appending("vmail/john")
        _ = await Eventually.holds { !Maildir.messages(at: theirs).isEmpty }
        let expected = String(decoding: try #require(Maildir.messages(at: theirs).first), as: UTF8.self)

        let base = try TemporaryDirectory("vrt")
        let agent = try agent(base, mailboxes: ["john@example.org": "john/"], log: LogRecorder())
        // What Postfix's cleanup put before the content is content for the delivery agent.
        let trace = try #require(expected.range(of: "Received:"))
        let received = expected[trace.lowerBound...].replacing("\n", with: "\r\n")
        _ = try await deliver(String(received), to: "john@example.org", by: agent)
        let ours = Maildir.messages(at: base.appending("vmail/john"))
        #expect(String(decoding: try #require(ours.first), as: UTF8.self) == expected)
    }

    @Test(arguments: ["\r\nX-Evil: yes", "\n", "\0", "\u{7F}"])
    func `an address cannot bring fields of its own`(evil: String) async throws {
        let base = try TemporaryDirectory("vrt")
        let agent = try agent(base, mailboxes: ["*": "all/"], log: LogRecorder())
        let recipient = try await deliver("x\r\n", to: "a\(evil)@example.org", by: agent)
        #expect(recipient.fate == .failed)
        #expect(recipient.status == EnhancedStatusCode(.permanentFailure, 1, 3))
        let sender = try await deliver("x\r\n", to: "a@example.org", from: "b\(evil)@example.org", by: agent)
        #expect(sender.fate == .failed)
        #expect(sender.status == EnhancedStatusCode(.permanentFailure, 1, 7))
        #expect(Maildir.messages(at: base.appending("vmail/all")).isEmpty)
    }

    @Test(arguments: [true, false])
    func `the address that was written to is named where enable_original_recipient says so`(isNamed: Bool) {
        let message = MailboxMessage(
            sender: .null,
            recipient: EnvelopeRecipient(
                address: MailAddress("a@example.org"), original: MailAddress("list@example.org")),
            content: .memory(ByteBuffer()), namesOriginalRecipient: isNamed)
        #expect(message.trace.contains("X-Original-To: list@example.org\n") == isNamed)
        #expect(message.trace.hasSuffix("Delivered-To: a@example.org\n"))
    }

    @Test func `a message that is in its Maildir is not deferred for what comes after`() throws {
        let base = try TemporaryDirectory("vrt")
        let message = MailboxMessage(
            sender: .null,
            recipient: EnvelopeRecipient(
                address: MailAddress("a@example.org"), original: MailAddress("a@example.org")),
            content: .memory(ByteBuffer(string: "x\r\n")))
        let late = try MaildirDelivery.deliver(
            message, to: base.appending("box"), base: base.path, limit: 0,
            sync: { _ in
                errno = EIO
                return -1
            })
        #expect(late?.kind == .system(EIO))
        #expect(Maildir.messages(at: base.appending("box")).count == 1)
    }

    @Test func `mailboxes that are locked hold up no others`() async throws {
        let base = try TemporaryDirectory("vrt")
        let agent = try agent(
            base, mailboxes: ["busy@example.org": "busy", "free@example.org": "free/"], log: LogRecorder())
        let lock = try base.write("vmail/busy.lock", "")
        let busy = try await job(
            .memory(ByteBuffer(string: "x\r\n")), to: "busy@example.org", from: "a@example.org")
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { _ = await agent.deliver(busy) } }
            try? await Task.sleep(for: .milliseconds(300))
            let start = ContinuousClock.now
            let free = try? await deliver("x\r\n", to: "free@example.org", by: agent)
            #expect(free?.fate == .delivered)
            #expect(ContinuousClock.now - start < .seconds(3))
            unlink(lock)
        }
    }
}
