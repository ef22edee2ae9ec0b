import Delivery
import Foundation
import LookupTables
import PostfixConfig
import Routing

/// The one place that knows every delivery agent.
struct Agents {
    let opener: TableOpener
    /// Delivers with the rights of others; nil where root has not started the server.
    let keeper: DeliveryKeeper?
    let log: MailLog

    /// The agents of the transports: those that there always are, and the services of master.cf whose programs Martlet
    /// has, with their `-o` options.
    static func registry(
        _ configuration: Configuration, master: MasterFile?, opener: TableOpener, router: Router,
        keeper: DeliveryKeeper?, log: MailLog
    ) throws(ServeFailure) -> AgentRegistry {
        let agents = Agents(opener: opener, keeper: keeper, log: log)
        let services: [DeliveryService]
        do throws(ConfigurationFailure) {
            services = try DeliveryService.all(configuration, master)
        } catch {
            throw ServeFailure("\(configuration.directory)/master.cf: \(error)", exitCode: EX_CONFIG)
        }
        var others: [String: any DeliveryAgent] = [:]
        for service in services where service.program != "local" {
            others[service.name] = agents.agent(service)
        }
        let registry = AgentRegistry(others)
        var locals: [String: any DeliveryAgent] = [:]
        for service in services where service.program == "local" {
            locals[service.name] = agents.local(service, router: router, others: registry)
        }
        return AgentRegistry(others.merging(locals) { $1 })
    }

    private func agent(_ service: DeliveryService) -> any DeliveryAgent {
        let configuration = service.configuration
        switch service.program {
        case "lmtp":
            return LMTPAgent(LMTPSettings(configuration))
        case "virtual":
            func maps(_ parameter: Parameter<[String]>) -> TableList {
                opener.withoutSubstitution.list(parameter.name, of: configuration[parameter])
            }
            return VirtualAgent(
                VirtualSettings(configuration),
                tables: MailboxTables(
                    mailboxes: maps(.virtualMailboxMaps), uids: maps(.virtualUIDMaps),
                    gids: maps(.virtualGIDMaps)),
                keeper: keeper, service: service.name, logger: log.logger("virtual"))
        case "pipe":
            return PipeAgent(service, keeper: keeper, logger: log.logger("pipe"))
        case "discard":
            return DiscardAgent()
        default:
            // error(8) goes by the name of its service.
            return ErrorAgent(isTemporary: service.name == "retry")
        }
    }

    private func local(_ service: DeliveryService, router: Router, others: AgentRegistry) -> LocalAgent {
        let configuration = service.configuration
        let own =
            service.hasOptions
            ? Router(
                settings: RoutingSettings(configuration),
                tables: RoutingTables(configuration, opener: opener), logger: log.logger("local"))
            : router
        return LocalAgent(
            LocalAgentSettings(configuration), router: { own }, others: others, keeper: keeper,
            service: service.name, logger: log.logger("local"))
    }
}
