import LookupTables
import MailFormat
import Routing

/// A small mail server: `here.test` local, `alias.test`, `box.test` and `relay.test` in their classes.
struct Setup {
    var settings = RoutingSettings(myhostname: "mx.here.test", myorigin: "here.test")
    var aliases = MemoryTable("aliases")
    var mailboxes = MemoryTable("mailboxes", ["john@box.test": "x", "anna@box.test": "x"])
    var locals = MemoryTable("locals", ["jim": "x"])
    var relays: MemoryTable?
    var transports: MemoryTable?
    var senderTransports: MemoryTable?
    var mydestination = ["here.test", "mx.here.test"]
    var aliasDomains = ["alias.test"]
    var mailboxDomains = ["box.test"]
    var relayDomains = ["relay.test"]
    /// Instead of the relay domains.
    var relayList: MatchList?
    var domainTables: [String: MemoryTable] = [:]
    var rewriting = RewritingTables()

    var router: Router {
        let tables = domainTables
        func domains(_ parameter: String, _ elements: [String], _ subdomains: MatchList.Subdomains = .never)
            -> MatchList
        {
            MatchList(parameter: parameter, elements: elements, subdomains: subdomains) {
                TableList(
                    parameter: parameter, tables: [tables[$0] ?? MemoryTable("missing", failing: ["*"])])
            }
        }
        func list(_ parameter: String, _ table: MemoryTable?) -> TableList {
            TableList(parameter: parameter, tables: table.map { [$0] } ?? [])
        }
        var opened = RoutingTables(
            mydestination: domains("mydestination", mydestination),
            interfaces: InterfaceAddresses(["192.0.2.1", "2001:db8::1"].compactMap { IPAddress($0) }),
            virtualAliasDomains: domains("virtual_alias_domains", aliasDomains),
            virtualMailboxDomains: domains("virtual_mailbox_domains", mailboxDomains),
            relayDomains: relayList ?? domains("relay_domains", relayDomains, .always),
            virtualAliasMaps: list("virtual_alias_maps", aliases),
            virtualMailboxMaps: list("virtual_mailbox_maps", mailboxes),
            relayRecipientMaps: list("relay_recipient_maps", relays),
            localRecipientMaps: list("local_recipient_maps", locals),
            transportMaps: list("transport_maps", transports))
        opened.rewriting = rewriting
        opened.senderDependentDefaultTransportMaps = list(
            "sender_dependent_default_transport_maps", senderTransports)
        return Router(settings: settings, tables: opened)
    }

    /// `250 a b` with the final recipients, or the reply's text.
    func answer(_ recipient: String, observer: (any RoutingObserver)? = nil) async throws -> String {
        let router = router
        let address = MailAddress(recipient)
        let destination = try await router.destination(of: address, observer: observer)
        switch await router.verdict(on: address, at: destination, observer: observer) {
        case .accepted(let finals): return "250 " + finals.map(\.address.text).joined(separator: " ")
        case .rejected(let reply): return reply.text
        case .deferred(let reply, _): return reply.text
        }
    }

    func cause(_ recipient: String) async throws -> String {
        let router = router
        let address = MailAddress(recipient)
        let destination = try await router.destination(of: address)
        guard case .deferred(_, let cause) = await router.verdict(on: address, at: destination) else {
            return ""
        }
        return cause
    }
}
