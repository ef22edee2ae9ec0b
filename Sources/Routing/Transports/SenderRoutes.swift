import LookupTables
import MailFormat

/// A transport or a relay host, with what chose it.
struct RouteChoice {
    var value: String
    var because: String
}

extension Inquiry {
    /// The transport for domains that are nobody's here: by the sender, else `default_transport`.
    ///
    /// Source: sender_dependent_default_transport_maps in postconf(5).
    mutating func defaultTransport() async throws(LookupFailure) -> RouteChoice {
        let settings = core.settings
        let bySender = try await choice(
            of: core.tables.senderDependentDefaultTransportMaps, nullKey: settings.nullDefaultTransportKey)
        guard let bySender, !Self.isDunno(bySender.value) else {
            return RouteChoice(value: settings.defaultTransport, because: "default_transport")
        }
        guard bySender.value.utf8.first != UInt8(ascii: ":") else {
            throw LookupFailure(
                table: core.tables.senderDependentDefaultTransportMaps.parameter, cause: .result,
                reason: "the answer \"\(bySender.value)\" names no transport: write transport:nexthop")
        }
        return bySender
    }

    /// The host that takes all mail for other domains: by the sender, else `relayhost`; nil where the domain's own
    /// exchangers are to be asked.
    ///
    /// Source: sender_dependent_relayhost_maps in postconf(5).
    mutating func relayHost() async throws(LookupFailure) -> RouteChoice? {
        let settings = core.settings
        let bySender = try await choice(
            of: core.tables.senderDependentRelayhostMaps, nullKey: settings.nullRelayhostKey)
        if let bySender, !Self.isDunno(bySender.value) { return bySender }
        return settings.relayhost.isEmpty
            ? nil : RouteChoice(value: settings.relayhost, because: "relayhost")
    }

    private mutating func choice(of list: TableList, nullKey: String) async throws(LookupFailure)
        -> RouteChoice?
    {
        guard !list.isEmpty else { return nil }
        let address: MailAddress
        switch sender {
        case .null: address = MailAddress(nullKey)
        // As the queue knows it: `j%far.test` is `j@far.test`.
        case .address(let sender): address = core.completion.complete(sender)
        }
        switch await search(list, for: [try await keys(of: address)])[0] {
        case .notFound: return nil
        case .failed(let failure): throw failure
        case .found(let value, let key, _):
            return RouteChoice(value: value, because: "\(list.parameter) has \(key.text)")
        }
    }

    /// "As if the maps did not have the sender."
    private static func isDunno(_ value: String) -> Bool { ASCII.equal(value, "DUNNO") }
}
