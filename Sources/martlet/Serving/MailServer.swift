import Delivery
import Foundation
import Logging
import LookupTables
import MailQueue
import NIOPosix
import NetworkTables
import PostfixConfig
import Reception
import ServiceLifecycle
import Synchronization
import UnixSignals

/// The mail exchanger: binds its ports, becomes `mail_owner`, opens queue and tables, and serves until it is told
/// to stop.
struct MailServer {
    let directory: String
    let configuration: Configuration
    let log: MailLog

    func run() async throws {
        let logger = log.logger("master")
        guard let owner = Owner(name: configuration[.mailOwner]) else {
            throw ServeFailure(
                "mail_owner = \(configuration[.mailOwner]): no such user on this machine", exitCode: EX_NOUSER
            )
        }
        let keeping = try await startKeeper()
        defer { keeping?.end() }
        let master = try loadMaster()
        let settings = QueueSettings(configuration)
        try prepare(settings, for: owner)
        let pools = DatabasePools()
        let memory = AnswerMemory()
        let verifier = Verifier(configuration, log: log)
        let (queue, system) = try Privileges.acting(as: owner) {
            let queue = try open(settings)
            return (
                queue,
                try MailSystem(
                    configuration, master: master, pools: pools, memory: memory, intake: queue,
                    verifier: verifier, keeper: keeping?.keeper, log: log)
            )
        }
        try await StartCheck(directory: directory, logger: logger).run(on: system, master: master)
        let current = CurrentSystem(system)
        let server = try await bind(system, current)
        let lookups = try await bindLookups(current)
        try Privileges.drop(to: owner)
        for warning in configuration.warnings + (master?.warnings ?? []) { logger.warning("\(warning)") }

        let deliverer = Deliverer(
            queue: queue, guide: RouterGuide { current.system.router }, agents: { current.system.agents },
            settings: DeliverySettings(configuration), logger: { log.logger($0) })
        let prober = AddressProber(
            routers: { current.system.probeRouters }, agents: { current.system.agents },
            settings: DeliverySettings(configuration), log: DeliveryLog { log.logger($0) },
            id: { queue.begin().id })
        let reloader = Reloader(
            directory: directory, current: current, pools: pools, memory: memory, intake: queue,
            verifier: verifier, keeper: keeping?.keeper, log: log)
        logger.info("daemon started -- version \(Version.current), configuration \(directory)")
        // Stopped in the opposite order: first no new mail, then what is in flight is delivered.
        let group = ServiceGroup(
            configuration: .init(
                services: (keeping.map { [Self.watch($0.keeper)] } ?? []) + [
                    .init(service: deliverer),
                    .init(service: VerificationService(verifier: verifier, prober: prober)),
                ] + (lookups.map { [.init(service: $0)] } ?? []) + [
                    .init(service: server),
                    .init(service: reloader, successTerminationBehavior: .ignore),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "master") { _ in SwiftLogNoOpLogHandler() }))
        var failure: ServeFailure?
        do {
            try await group.run()
        } catch let error as ServeFailure {
            failure = error
        } catch {
            logger.error("\(error)")
        }
        verifier.close()
        await queue.close()
        pools.close()
        if let failure { throw failure }
        logger.info("daemon stopped")
        log.sink.flush()
    }

    /// Started by root: before anything is opened that the keeper has no use for.
    private func startKeeper() async throws(ServeFailure) -> KeeperProcess? {
        guard getuid() == 0 else { return nil }
        let process: KeeperProcess
        do throws(KeeperStartFailure) {
            process = try KeeperProcess.start(directory: directory)
        } catch {
            throw ServeFailure("the delivery keeper: \(error)")
        }
        if let reason = await process.keeper.reload() {
            process.end()
            throw ServeFailure("the delivery keeper: \(reason)", exitCode: EX_CONFIG)
        }
        return process
    }

    /// Nobody can start another keeper: whoever started the server has to do that again.
    private static func watch(_ keeper: DeliveryKeeper) -> ServiceGroupConfiguration.ServiceConfiguration {
        .init(
            service: KeeperWatch(keeper: keeper), successTerminationBehavior: .ignore,
            failureTerminationBehavior: .gracefullyShutdownGroup)
    }

    private func loadMaster() throws(ServeFailure) -> MasterFile? {
        do throws(ConfigurationFailure) {
            return try MasterFile.load(directory: directory)
        } catch {
            throw ServeFailure("\(error)", exitCode: EX_CONFIG)
        }
    }

    /// Makes the queue's directory, and hands it to the user that a server started by root becomes.
    private func prepare(_ settings: QueueSettings, for owner: Owner) throws(ServeFailure) {
        let isRoot = geteuid() == 0
        do throws(QueueFailure) {
            try QueueDirectory(settings.directory).create(
                owner: isRoot ? owner.uid : nil, group: isRoot ? owner.gid : nil)
        } catch {
            throw ServeFailure("\(error)", exitCode: EX_CANTCREAT)
        }
    }

    private func open(_ settings: QueueSettings) throws(ServeFailure) -> MailQueue {
        do throws(QueueFailure) {
            return try MailQueue(settings, logger: log.logger("qmgr"))
        } catch {
            throw ServeFailure(
                "\(error)", exitCode: error.cause == .insufficientStorage ? EX_CANTCREAT : EX_TEMPFAIL)
        }
    }

    private func bind(_ system: MailSystem, _ current: CurrentSystem) async throws(ServeFailure) -> SMTPServer
    {
        let total = SessionLimit(OpenFiles.sessionLimit)
        let listeners = system.services.map { address, service in
            // A listener that a new configuration does not name keeps its service until the next start.
            Listener(
                host: address.host, port: address.port,
                limits: [system.limits[address], total].compactMap(\.self)
            ) {
                current.system.services[address] ?? service
            }
        }
        do throws(ListenFailure) {
            return try await SMTPServer.bind(
                listeners, on: MultiThreadedEventLoopGroup.singleton, names: ClientNames(),
                logger: log.logger("smtpd"))
        } catch {
            throw ServeFailure("\(error)")
        }
    }

    /// The server of lookups, where `lookup_service` asks for one.
    private func bindLookups(_ current: CurrentSystem) async throws(ServeFailure) -> LookupServer? {
        let listeners: [LookupListener]
        do throws(LookupServiceMistake) {
            listeners = try LookupService.listeners(configuration)
        } catch {
            throw ServeFailure("\(configuration.directory)/main.cf: \(error)", exitCode: EX_CONFIG)
        }
        guard !listeners.isEmpty else { return nil }
        do throws(LookupServiceMistake) {
            return try await LookupServer.bind(
                listeners,
                connectionLimit: min(
                    configuration[.lookupServiceConnectionLimit], OpenFiles.lookupClientLimit),
                on: MultiThreadedEventLoopGroup.singleton
            ) { current.system.lookups }
        } catch {
            throw ServeFailure("\(error)")
        }
    }
}
