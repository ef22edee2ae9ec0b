import LookupTables
import NIOCore
import NIOPosix
import Peers
import PostfixConfig
import Routing
import ServiceLifecycle
import Synchronization

@testable import Reception

/// The SMTP server on a port of its own, with the queue in memory and its log kept.
struct TestServer: Sendable {
    let port: Int
    let intake: MemoryIntake
    let log: LogRecorder
    let group: ServiceGroup
    private let service: CurrentService

    /// Runs a server while the body works with it.
    ///
    /// - Parameters:
    ///   - values: parameters of main.cf that differ from those of ``setup``.
    ///   - sessions: how many there may be at once.
    static func run(
        _ values: [String: String] = [:], sessions: Int? = nil, names: ClientNames = ClientNames(),
        _ body: (TestServer) async throws -> Void
    ) async throws {
        let intake = MemoryIntake()
        let log = LogRecorder()
        let current = CurrentService(try service(values, intake, log))
        let server = try await SMTPServer.bind(
            [
                Listener(host: "127.0.0.1", port: 0, limits: sessions.map { [SessionLimit($0)] } ?? []) {
                    current.value
                }
            ],
            on: MultiThreadedEventLoopGroup.singleton, names: names,
            logger: log.logger("master"))
        let group = ServiceGroup(services: [server], logger: log.logger("group"))
        let test = TestServer(
            port: server.addresses.first?.port ?? 0, intake: intake, log: log, group: group, service: current)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await body(test)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    static let setup = [
        "compatibility_level": "3.6",
        "myhostname": "mx.example.test",
        "mydestination": "local.test",
        "mynetworks": "192.0.2.0/24",
        "inet_interfaces": "127.0.0.1",
        "virtual_mailbox_domains": "example.org, example.com",
        "virtual_mailbox_maps":
            "inline:{ {john@example.org=x}, {jack@example.org=y}, {joe@example.org=z}, {@example.com=all} }",
        "virtual_alias_maps":
            "inline:{ {both@example.org=john@example.org,jack@example.org}, {js@example.org=john@example.org} }",
        "local_recipient_maps": "inline:{ {root=x}, {info=y} }",
        "smtpd_relay_restrictions": "permit_mynetworks, reject_unauth_destination",
        "smtpd_client_connection_count_limit": "0",
        "smtpd_error_sleep_time": "0",
    ]

    static func service(
        _ values: [String: String], _ intake: MemoryIntake, _ log: LogRecorder
    ) throws -> SMTPService {
        let configuration = try Configuration(
            directory: "/nonexistent", values: setup.merging(values) { $1 })
        let opener = TableOpener(configuration: configuration, logger: log.logger("smtpd"))
        let router = Router(
            settings: RoutingSettings(configuration),
            tables: RoutingTables(configuration, opener: opener), logger: log.logger("smtpd"))
        return SMTPService(
            settings: try SessionSettings(configuration, opener: opener),
            access: AccessPolicy(settings: try AccessSettings(configuration, opener: opener), router: router),
            intake: intake,
            logger: log.logger("smtpd"), cleanupLogger: log.logger("cleanup"))
    }

    func connect() async throws -> SMTPClient { try await SMTPClient.connect(port: port) }

    /// What sessions that begin from now on obey.
    func reload(_ values: [String: String]) throws {
        service.value = try Self.service(values, intake, log)
    }

    /// Waits until the log holds a line.
    func logged(_ line: String) async -> Bool {
        await Eventually.holds { log.lines.contains(line) }
    }
}

private final class CurrentService: Sendable {
    private let service: Mutex<SMTPService>

    init(_ service: SMTPService) { self.service = Mutex(service) }

    var value: SMTPService {
        get { service.withLock { $0 } }
        set { service.withLock { $0 = newValue } }
    }
}
