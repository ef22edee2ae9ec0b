import Delivery
import Foundation
import Logging
import LookupTables
import MailFormat
import MailQueue
import NetworkTables
import PostfixConfig
import Reception
import Routing

/// All that follows from one reading of the configuration. SIGHUP makes a new one; sessions and deliveries that
/// have begun keep the one they began with.
struct MailSystem: Sendable {
    let configuration: Configuration
    let opener: TableOpener
    let router: Router
    let agents: AgentRegistry
    /// The way of probes.
    let probeRouters: AddressProber.Routers
    /// The smtpd service of each listener, by `host:port`.
    let services: [ListenAddress: SMTPService]
    /// How many sessions the listeners may have that master.cf limits.
    let limits: [ListenAddress: SessionLimit]
    /// What other programs may ask for.
    let lookups: LookupService

    /// - Throws: ``ServeFailure`` with all that is wrong with a service's settings.
    init(
        _ configuration: Configuration, master: MasterFile?, pools: DatabasePools, memory: AnswerMemory,
        intake: any MessageIntake, verifier: any AddressVerifier, keeper: DeliveryKeeper? = nil, log: MailLog
    ) throws(ServeFailure) {
        self.configuration = configuration
        opener = Tables.opener(configuration, pools: pools, memory: memory, logger: log.logger("smtpd"))
        let router = Router(
            settings: RoutingSettings(configuration), tables: RoutingTables(configuration, opener: opener),
            logger: log.logger("smtpd"))
        self.router = router
        agents = try Agents.registry(
            configuration, master: master, opener: opener, router: router, keeper: keeper,
            log: log)
        probeRouters = try Self.probeRouters(configuration, messages: router, opener: opener, log: log)
        var services: [ListenAddress: SMTPService] = [:]
        var limits: [ListenAddress: SessionLimit] = [:]
        for listener in try ListenAddress.all(configuration, master: master) {
            let settings = try Self.overriding(configuration, with: listener.overrides)
            // Options of a service may change how addresses are judged; the tables stay the same ones.
            let own =
                listener.overrides.isEmpty
                ? router
                : Router(
                    settings: RoutingSettings(settings), tables: RoutingTables(settings, opener: opener),
                    logger: log.logger("smtpd"))
            let service: SMTPService
            do throws(SettingsFailure) {
                service = SMTPService(
                    settings: try SessionSettings(settings, opener: opener),
                    access: AccessPolicy(
                        settings: try AccessSettings(settings, opener: opener), router: own,
                        verifier: verifier),
                    intake: intake, logger: log.logger("smtpd"), cleanupLogger: log.logger("cleanup"))
            } catch {
                throw ServeFailure("\(configuration.directory)/main.cf: \(error)", exitCode: EX_CONFIG)
            }
            if service.access.settings.lists.asksForProbes { try Self.checkVerification(configuration) }
            for address in listener.addresses {
                services[address] = service
                limits[address] = listener.limit
            }
        }
        self.services = services
        self.limits = limits
        memory.setLimits(configuration)
        lookups = try Self.lookups(configuration, opener: opener, logger: log.logger("proxymap"))
    }

    private static func lookups(
        _ configuration: Configuration, opener: TableOpener, logger: Logger
    ) throws(ServeFailure) -> LookupService {
        do {
            let mynetworks = try ClientList(.mynetworks, configuration, opener: opener)
            return try LookupService(configuration, opener: opener, logger: logger) { address in
                guard let address = IPAddress(address) else { return false }
                do throws(LookupFailure) {
                    return try await mynetworks.contains(name: "unknown", address: address)
                } catch {
                    logger.warning("mynetworks: \(error)")
                    return false
                }
            }
        } catch {
            throw ServeFailure("\(configuration.directory)/main.cf: \(error)", exitCode: EX_CONFIG)
        }
    }

    static func overriding(
        _ configuration: Configuration, with overrides: [(name: String, value: String)]
    ) throws(ServeFailure) -> Configuration {
        guard !overrides.isEmpty else { return configuration }
        do throws(ConfigurationFailure) {
            return try configuration.overriding(overrides)
        } catch {
            throw ServeFailure("\(configuration.directory)/master.cf: \(error)", exitCode: EX_CONFIG)
        }
    }
}
