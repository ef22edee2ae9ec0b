import Delivery
import LookupTables
import PostfixConfig

/// The one place that knows every delivery agent.
enum Agents {
    static func registry(_ configuration: Configuration, opener: TableOpener, log: MailLog) -> AgentRegistry {
        func maps(_ parameter: Parameter<[String]>) -> TableList {
            opener.list(parameter.name, of: configuration[parameter])
        }
        return AgentRegistry([
            "lmtp": LMTPAgent(LMTPSettings(configuration)),
            "virtual": VirtualAgent(
                VirtualSettings(configuration),
                tables: MailboxTables(
                    mailboxes: maps(.virtualMailboxMaps), uids: maps(.virtualUIDMaps),
                    gids: maps(.virtualGIDMaps)),
                logger: log.logger("virtual")),
        ])
    }
}
