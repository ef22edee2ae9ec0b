import Delivery
import LookupTables
import PostfixConfig
import Routing

/// The one place that knows every delivery agent.
enum Agents {
    static func registry(
        _ configuration: Configuration, opener: TableOpener, router: Router, log: MailLog
    ) -> AgentRegistry {
        func maps(_ parameter: Parameter<[String]>) -> TableList {
            opener.list(parameter.name, of: configuration[parameter])
        }
        let others: [String: any DeliveryAgent] = [
            "lmtp": LMTPAgent(LMTPSettings(configuration)),
            "virtual": VirtualAgent(
                VirtualSettings(configuration),
                tables: MailboxTables(
                    mailboxes: maps(.virtualMailboxMaps), uids: maps(.virtualUIDMaps),
                    gids: maps(.virtualGIDMaps)),
                logger: log.logger("virtual")),
        ]
        let local = LocalAgent(
            LocalAgentSettings(configuration), router: { router }, others: AgentRegistry(others),
            logger: log.logger("local"))
        return AgentRegistry(others.merging(["local": local]) { $1 })
    }
}
