import Foundation
import Logging
import LookupTables
import MailFormat
import MailQueue
import Peers
import Routing
import Synchronization
import Testing

@testable import Delivery

/// Answers from a dictionary.
private struct DictionaryTable: LookupTable {
    let name: String
    let keys = LookupKeys.fixed
    let entries: [String: String]

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        if entries[key] == "FAIL" {
            throw LookupFailure(table: "alias_maps", cause: .unavailable, reason: "away")
        }
        return entries[key]
    }
}

/// Takes everything and remembers it.
private final class RememberingAgent: DeliveryAgent {
    struct Mail: Hashable {
        let sender: String
        let recipients: [String]
        let content: String
    }

    let name = "far"
    private let taken = Mutex<[Mail]>([])
    var mails: [Mail] { taken.withLock { $0 } }

    func deliver(_ job: DeliveryJob) async -> DeliveryReceipt {
        let bytes: [UInt8]
        switch job.content {
        case .memory(let buffer): bytes = Array(buffer.readableBytesView)
        case .file(let path, _): bytes = Array((try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data())
        }
        let mail = Mail(
            sender: job.message.sender.text,
            recipients: job.recipients.map(\.recipient.address.text).sorted(),
            content: String(decoding: bytes, as: UTF8.self))
        taken.withLock { $0.append(mail) }
        return DeliveryReceipt(.delivered("taken", relay: "far"), for: job)
    }

    func probe(_ probe: DeliveryProbe) async -> DeliveryReceipt {
        let isKnown = probe.recipient.address.localPart != "unknown"
        let status = EnhancedStatusCode(.permanentFailure, 1, 1)
        return .one(
            isKnown ? .delivered("would be taken", relay: "far") : .failed(status, "nobody", relay: "far"))
    }
}

/// A machine with the users jim and jane, who are whoever runs the test, and everything else far away.
private final class Machine: Sendable {
    let directory: TemporaryDirectory
    let house: DeliveryHouse
    let far = RememberingAgent()
    let local: LocalAgent

    init(
        aliases: [String: String] = [:], directory: TemporaryDirectory? = nil,
        configure: (inout LocalSettings, inout LocalAgentSettings) -> Void = { _, _ in }
    ) throws {
        let directory = try directory ?? TemporaryDirectory("lcl")
        self.directory = directory
        let queue = try TemporaryDirectory("lclq")
        func list(_ parameter: String, _ entries: [String: String]) -> TableList {
            TableList(
                parameter: parameter,
                tables: [DictionaryTable(name: "dictionary:\(parameter)", entries: entries)])
        }
        func domains(_ parameter: String, _ names: [String]) -> MatchList {
            MatchList(parameter: parameter, elements: names, subdomains: .never) { _ in list(parameter, [:]) }
        }
        func none(_ parameter: String) -> TableList { TableList(parameter: parameter, tables: []) }
        var tables = RoutingTables(
            mydestination: domains("mydestination", ["here.test"]),
            virtualAliasDomains: domains("virtual_alias_domains", []),
            virtualMailboxDomains: domains("virtual_mailbox_domains", []),
            relayDomains: domains("relay_domains", []), virtualAliasMaps: none("virtual_alias_maps"),
            virtualMailboxMaps: none("virtual_mailbox_maps"),
            relayRecipientMaps: none("relay_recipient_maps"),
            localRecipientMaps: none("local_recipient_maps"), transportMaps: none("transport_maps"))
        tables.aliasMaps = list("alias_maps", aliases)
        func user(_ name: String) -> String {
            "\(name):x:\(getuid()):\(getgid())::\(directory.path)/\(name):/bin/sh"
        }
        tables.users = list("users of this machine", ["jim": user("jim"), "jane": user("jane")])
        var settings = RoutingSettings(myhostname: "mx.here.test", myorigin: "here.test")
        settings.recipientDelimiter = "+"
        settings.defaultTransport = "far"
        var agentSettings = LocalAgentSettings()
        agentSettings.spoolDirectory = directory.appending("spool")
        agentSettings.ownDirectories = [queue.path]
        configure(&settings.local, &agentSettings)
        for name in ["spool", "jim", "jane"] { _ = try directory.makeDirectory(name) }
        let router = Router(
            settings: settings, tables: tables,
            logger: Logger(label: "local") { _ in SwiftLogNoOpLogHandler() })
        local = LocalAgent(
            agentSettings, router: { router }, others: AgentRegistry(["far": far]),
            logger: Logger(label: "local") { _ in SwiftLogNoOpLogHandler() })
        house = try DeliveryHouse(
            guide: RouterGuide { router }, agents: ["local": local, "far": far], directory: queue)
    }

    /// Sends, waits for a line of the log, and ends the server.
    func run(
        _ recipient: String, from sender: String = "s@far.test",
        content: String = "Subject: x\r\n\r\nhello\r\n",
        until lines: String...
    ) async throws {
        try await house.send(from: sender, to: [recipient], content: content)
        for line in lines { _ = try await house.log.line(containing: line) }
        try await house.stop()
    }

    func text(_ file: String) -> String {
        (try? String(contentsOfFile: directory.appending(file), encoding: .utf8)) ?? ""
    }
}

@Suite struct LocalAgentTests {
    @Test(arguments: [
        ("jim", "delivered: delivers to mailbox"), ("jim+tag", "delivered: delivers to mailbox"),
        ("nobody-here", "failed: unknown user: \"nobody-here\""),
        // What an alias leads to is not asked, as in local(8).
        ("team", "delivered: aliased to nobody-here@here.test, x@far.test"),
        ("list", "delivered: aliased to :include:/nonexistent"),
        ("postmaster", "delivered: discarded"), ("fails", "deferred: alias database unavailable"),
        ("jane", "delivered: aliased to jane@far.test"),
    ])
    func `a probe says what would be done, and does nothing`(user: String, answer: String) async throws {
        let machine = try Machine(aliases: [
            "team": "nobody-here, x@far.test", "list": ":include:/nonexistent", "fails": "FAIL",
        ])
        try machine.directory.write("jane/.forward", "jane@far.test\n")
        #expect(try await probe(user, machine) == answer)
        try await machine.house.stop()
        #expect(machine.far.mails.isEmpty)
        #expect(machine.text("spool/jim") == "")
    }

    @Test func `a probe goes on to another transport`() async throws {
        let machine = try Machine { settings, _ in settings.mailboxTransport = "far:" }
        #expect(try await probe("jim", machine) == "delivered: would be taken")
        #expect(try await probe("unknown", machine) == "failed: nobody")
        try await machine.house.stop()
    }

    private func probe(_ user: String, _ machine: Machine) async throws -> String {
        let address = MailAddress("\(user)@here.test")
        let receipt = await machine.local.probe(
            DeliveryProbe(
                route: Route(transport: "local", nextHop: "here.test"), sender: ReversePath("p@here.test"),
                recipient: EnvelopeRecipient(address: address, original: address)))
        let outcome = try #require(receipt.outcomes.first)
        #expect(receipt.outcomes.count == 1)
        return "\(outcome.fate): \(outcome.reason)"
    }

    @Test func `a user's mail goes to the spool`() async throws {
        let machine = try Machine()
        try await machine.run("jim+tag@here.test", until: "status=sent (delivered to mailbox)")
        let mailbox = machine.text("spool/jim")
        #expect(mailbox.hasPrefix("From s@far.test"))
        #expect(mailbox.contains("Delivered-To: jim+tag@here.test\n"))
    }

    @Test func `home_mailbox with a slash is a Maildir below the home directory`() async throws {
        let machine = try Machine { $1.homeMailbox = "Maildir/" }
        try await machine.run("jim@here.test", until: "status=sent (delivered to maildir)")
        let files = try FileManager.default.contentsOfDirectory(
            atPath: machine.directory.appending("jim/Maildir/new"))
        #expect(files.count == 1)
    }

    @Test func `a forward file keeps a copy where it lists its user`() async throws {
        let directory = try TemporaryDirectory("lcl")
        try directory.write("jim/.forward", "# away\n\\jim, far1@far.test\nfar2@far.test\n")
        let machine = try Machine(directory: directory)
        try await machine.run("jim@here.test", until: "to=<far2@far.test>")
        #expect(machine.text("spool/jim").contains("hello"))
        let mail = try #require(machine.far.mails.first)
        #expect(mail.recipients == ["far1@far.test", "far2@far.test"])
        #expect(mail.content.contains("\r\nDelivered-To: jim@here.test\r\nSubject: x\r\n"))
    }

    @Test func `the forward file of an extension comes first`() async throws {
        let directory = try TemporaryDirectory("lcl")
        try directory.write("jim/.forward", "plain@far.test\n")
        try directory.write("jim/.forward+list", "list@far.test\n")
        let machine = try Machine(directory: directory)
        try await machine.run("jim+list@here.test", until: "to=<list@far.test>")
        #expect(machine.far.mails.map(\.recipients) == [["list@far.test"]])
    }

    @Test(arguments: ["writable", "link"])
    func `a forward file that others may have made does not count`(kind: String) async throws {
        let directory = try TemporaryDirectory("lcl")
        if kind == "writable" {
            try directory.write("jim/.forward", "thief@far.test\n", mode: 0o666)
        } else {
            try directory.write("jim/secret", "thief@far.test\n")
            symlink(directory.appending("jim/secret"), directory.appending("jim/.forward"))
        }
        let machine = try Machine(directory: directory)
        try await machine.run("jim@here.test", until: "status=sent (delivered to mailbox)")
        #expect(machine.far.mails.isEmpty)
    }

    @Test func `members of a list get a message each, from its owner, and nobody twice`() async throws {
        let machine = try Machine(aliases: [
            "all": "team, jim, far1@far.test", "team": "jim, FAR1@far.test, jane",
            "owner-all": "boss@far.test",
        ])
        try await machine.run(
            "all@here.test", until: "to=<jane@here.test>", "to=<jim@here.test>", "to=<FAR1@far.test>")
        #expect(machine.text("spool/jim").contains("Return-Path: <owner-all@here.test>"))
        #expect(machine.text("spool/jim").components(separatedBy: "hello").count == 2)
        #expect(machine.far.mails.map(\.recipients) == [["FAR1@far.test"]])
        #expect(machine.far.mails.first?.sender == "owner-all@here.test")
        #expect(machine.house.log.lines.joined().contains("status=sent (forwarded as "))
    }

    @Test func `content in a file travels whole`() async throws {
        let machine = try Machine(aliases: ["big": "one@far.test, two@far.test"])
        let line = String(repeating: "x", count: 70) + "\r\n"
        let content = "Subject: big\r\n\r\n" + String(repeating: line, count: 20_000)
        try await machine.run("big@here.test", content: content, until: "to=<two@far.test>")
        let mail = try #require(machine.far.mails.first)
        #expect(mail.recipients == ["one@far.test", "two@far.test"])
        #expect(mail.content.hasPrefix("Received: by mx.example.test"))
        #expect(mail.content.hasSuffix("Delivered-To: big@here.test\r\n" + content))
    }

    @Test(arguments: [
        "Delivered-To: Jim@here.test\r\n\r\nhello\r\n",
        "Received: x\r\ndelivered-to:  jim@here.test\r\nSubject: y\r\n\r\nhello\r\n",
    ])
    func `mail that has been here before goes back`(content: String) async throws {
        let machine = try Machine()
        try await machine.run(
            "jim@here.test", content: content,
            until: "status=bounced (mail forwarding loop for jim@here.test)")
        #expect(machine.text("spool/jim").isEmpty)
    }

    @Test(arguments: [
        ("nobody@here.test", "dsn=5.1.1, status=bounced (unknown user: \"nobody\")"),
        ("postmaster@here.test", "dsn=2.0.0, status=sent (discarded)"),
        ("null@here.test", "status=sent (delivered to file: /dev/null)"),
        (
            "program@here.test",
            "dsn=4.3.5, status=deferred (a server that root has not started runs no commands"
        ),
        ("steal@here.test", "dsn=5.7.1, status=bounced (cannot append message to file "),
        ("away@here.test", "dsn=4.3.0, status=deferred (alias database unavailable)"),
        ("empty@here.test", "dsn=4.3.0, status=deferred (alias database unavailable)"),
        ("nolist@here.test", "dsn=4.3.5, status=deferred (mail system configuration error)"),
        ("ring@here.test", "dsn=5.4.6, status=bounced (alias database loop for "),
    ])
    func `what cannot be delivered says why`(recipient: String, line: String) async throws {
        let queue = try TemporaryDirectory("lclq2")
        let machine = try Machine(
            aliases: [
                "null": "/dev/null", "program": "\"|/usr/bin/vacation jim\"",
                "steal": "\(queue.path)/queue.sqlite",
                "away": "FAIL", "empty": ",", "nolist": ":include:/nowhere/list", "ring": "ring2",
                "ring2": "ring",
            ]) { $1.ownDirectories = [queue.path] }
        try await machine.run(recipient, until: line)
        #expect(!FileManager.default.fileExists(atPath: queue.appending("queue.sqlite")))
    }

    @Test func `a file gets what an alias sends there`() async throws {
        let directory = try TemporaryDirectory("lcl")
        let machine = try Machine(
            aliases: ["log": "\(directory.path)/archive, far1@far.test"], directory: directory)
        try await machine.run("log@here.test", until: "to=<far1@far.test>")
        #expect(machine.text("archive").contains("hello"))
    }

    @Test func `what waits keeps back what would be sent on, so that nobody gets it twice`() async throws {
        let directory = try TemporaryDirectory("lcl")
        try directory.write("archive", "")
        let machine = try Machine(
            aliases: ["log": "\(directory.path)/archive/no, far1@far.test"], directory: directory)
        try await machine.run("log@here.test", until: "status=deferred")
        #expect(machine.far.mails.isEmpty)
    }

    @Test func `luser_relay takes unknown users' mail, and once only`() async throws {
        let machine = try Machine { settings, _ in settings.luserRelay = "lost-$user@here.test" }
        try await machine.run("nobody@here.test", until: "status=bounced")
        #expect(machine.house.log.lines.joined().contains("alias database loop"))
        let other = try Machine { settings, _ in settings.luserRelay = "catch+${extension}@far.test" }
        try await other.run("nobody+tag@here.test", until: "to=<catch+tag@far.test>")
    }
}
