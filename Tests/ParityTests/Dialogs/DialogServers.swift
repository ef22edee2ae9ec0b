import Logging
import LookupTables
import MailFormat
import MailQueue
import NIOCore
import NIOPosix
import Peers
import PostfixConfig
import Reception
import Routing
import ServiceLifecycle

/// A Postfix and a Martlet with the same main.cf, to be told the same.
struct DialogServers {
    let postfix: PostfixServer
    let martletPort: Int

    /// What both obey.
    static let parameters = [
        "compatibility_level": "3.6",
        "myhostname": "mx.example.test",
        "mydestination": "local.test",
        "mynetworks": "192.0.2.0/24",
        "inet_interfaces": "127.0.0.1",
        "virtual_mailbox_domains": "example.org, example.com",
        "virtual_mailbox_maps": "inline:{ {john@example.org=x}, {jack@example.org=y}, {@example.com=all} }",
        "local_recipient_maps": "inline:{ {root=x}, {info=y} }",
        "virtual_transport": "discard:",
        "local_transport": "discard:",
        "default_transport": "discard:",
        "smtpd_relay_restrictions": "permit_mynetworks, reject_unauth_destination",
        "smtpd_error_sleep_time": "0",
        "smtpd_hard_error_limit": "10000",
        "smtpd_junk_command_limit": "10000",
        "smtpd_client_connection_count_limit": "0",
        "smtpd_forbid_bare_newline": "reject",
        // What Martlet does not offer yet.
        "smtpd_discard_ehlo_keywords": "dsn, smtputf8, chunking, etrn",
    ]

    static func run(
        _ more: [String: String] = [:], _ body: (DialogServers) async throws -> Void
    ) async throws {
        let values = parameters.merging(more) { $1 }
        let mainCf = values.map { "\($0.key) = \($0.value)" }.sorted().joined(separator: "\n")
        let postfix = try await PostfixServer.start(mainCf: mainCf)
        let service = try service(values)
        let server = try await SMTPServer.bind(
            [Listener(host: "127.0.0.1", port: 0) { service }], on: MultiThreadedEventLoopGroup.singleton,
            names: ClientNames(), logger: quiet)
        let group = ServiceGroup(services: [server], logger: quiet)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await body(DialogServers(postfix: postfix, martletPort: server.addresses.first?.port ?? 0))
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private static let quiet = Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }

    /// Martlet's smtpd with these parameters, whose queue takes all mail and keeps none.
    private static func service(_ values: [String: String]) throws -> SMTPService {
        let configuration = try Configuration(directory: "/nonexistent", values: values)
        let opener = TableOpener(configuration: configuration, logger: quiet)
        let router = Router(
            settings: RoutingSettings(configuration),
            tables: RoutingTables(configuration, opener: opener), logger: quiet)
        return SMTPService(
            settings: try SessionSettings(configuration, opener: opener),
            access: AccessPolicy(settings: try AccessSettings(configuration, opener: opener), router: router),
            intake: ForgetfulIntake(), logger: quiet, cleanupLogger: quiet)
    }

    /// The replies of both to the same lines, sent one by one; `<closed>` once a server has hung up.
    func replies(to lines: [[UInt8]]) async throws -> (postfix: [String], martlet: [String]) {
        async let theirs = Self.replies(to: lines, port: postfix.port)
        async let ours = Self.replies(to: lines, port: martletPort)
        return try await (theirs, ours)
    }

    private static func replies(to lines: [[UInt8]], port: Int) async throws -> [String] {
        let client = try await SMTPClient.connect(port: port)
        var replies = [client.greeting]
        for line in lines {
            let reply = (try? await client.send(line, replies: 1))?.first ?? "<closed>"
            let queued = "250 2.0.0 Ok: queued as "
            replies.append(reply.hasPrefix(queued) ? queued + "ID" : reply)
        }
        return replies
    }
}

/// A queue that says yes and keeps nothing.
private struct ForgetfulIntake: MessageIntake {
    struct Draft: MessageDraft {
        let id: QueueID
        func append(_ bytes: ByteBuffer) async throws(QueueFailure) {}
        func commit(_ envelope: Envelope) async throws(QueueFailure) {}
        func discard() async {}
    }

    func begin() -> any MessageDraft { Draft(id: QueueID("0123456789").unsafelyUnwrapped) }
}
