import Delivery
import LookupTables
import PostfixConfig
import Routing

/// The one place that knows every delivery agent.
struct Agents {
    let opener: TableOpener
    let log: MailLog

    /// The agents of the transports: those that there always are, and the services of master.cf whose programs Martlet
    /// has, with their `-o` options.
    static func registry(
        _ configuration: Configuration, master: MasterFile?, opener: TableOpener, router: Router, log: MailLog
    ) throws(ServeFailure) -> AgentRegistry {
        let agents = Agents(opener: opener, log: log)
        let services = try agents.services(configuration, master)
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

    private struct Service {
        var name: String
        var program: String
        var configuration: Configuration
        var hasOptions = false
    }

    private func services(
        _ configuration: Configuration, _ master: MasterFile?
    ) throws(ServeFailure) -> [Service] {
        var services = ["lmtp", "virtual", "local"].map {
            Service(name: $0, program: $0, configuration: configuration)
        }
        for entry in master?.services ?? [] where entry.kind == .unix {
            guard let program = entry.command.first, Self.programs.contains(program) else { continue }
            let service = Service(
                name: entry.name, program: program,
                configuration: try MailSystem.overriding(configuration, with: entry.overrides),
                hasOptions: !entry.overrides.isEmpty)
            services.removeAll { $0.name == entry.name }
            services.append(service)
        }
        return services
    }

    private static let programs: Set = ["lmtp", "virtual", "local", "error", "discard"]

    private func agent(_ service: Service) -> any DeliveryAgent {
        let configuration = service.configuration
        switch service.program {
        case "lmtp":
            return LMTPAgent(LMTPSettings(configuration))
        case "virtual":
            func maps(_ parameter: Parameter<[String]>) -> TableList {
                opener.list(parameter.name, of: configuration[parameter])
            }
            return VirtualAgent(
                VirtualSettings(configuration),
                tables: MailboxTables(
                    mailboxes: maps(.virtualMailboxMaps), uids: maps(.virtualUIDMaps),
                    gids: maps(.virtualGIDMaps)),
                logger: log.logger("virtual"))
        case "discard":
            return DiscardAgent()
        default:
            // error(8) goes by the name of its service.
            return ErrorAgent(isTemporary: service.name == "retry")
        }
    }

    private func local(_ service: Service, router: Router, others: AgentRegistry) -> LocalAgent {
        let configuration = service.configuration
        let own =
            service.hasOptions
            ? Router(
                settings: RoutingSettings(configuration),
                tables: RoutingTables(configuration, opener: opener), logger: log.logger("local"))
            : router
        return LocalAgent(
            LocalAgentSettings(configuration), router: { own }, others: others, logger: log.logger("local"))
    }
}

extension Agents {
    /// The service of master.cf whose program serves a transport; nil where master.cf does not say, or names a program
    /// that Martlet does not have.
    static func service(of transport: String, in master: MasterFile?) -> MasterService? {
        master?.services.last { entry in
            entry.kind == .unix && entry.name == transport
                && entry.command.first.map(programs.contains) == true
        }
    }

    /// The program that delivers for a transport; nil where none does, so that its mail waits.
    static func program(of transport: String, in master: MasterFile?) -> String? {
        if let service = service(of: transport, in: master) { return service.command.first }
        return programs.contains(transport) ? transport : transport == "retry" ? "error" : nil
    }
}
