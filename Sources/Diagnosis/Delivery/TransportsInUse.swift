import LookupTables
import PostfixConfig

/// The transports that mail may take: what the parameters of the classes say, and tables that can be read whole.
struct TransportsInUse {
    struct Use: Hashable {
        /// `lmtp`
        let transport: String
        /// `unix:private/dovecot-lmtp`, empty where none is named.
        let nextHop: String
        let evidence: Evidence
        let parameter: String
    }

    private(set) var all: [Use] = []

    init(_ setup: Setup) async {
        let configuration = setup.configuration
        // A transport counts where its class has domains.
        let classes: [(transport: String, domains: String?)] = [
            ("virtual_transport", "virtual_mailbox_domains"), ("local_transport", "mydestination"),
            ("mailbox_transport", "mydestination"), ("fallback_transport", "mydestination"),
            ("relay_transport", "relay_domains"), ("default_transport", nil),
        ]
        for (parameter, domains) in classes {
            if let domains, (configuration.value(named: domains) ?? "").isEmpty { continue }
            guard let value = configuration.value(named: parameter), !value.isEmpty else { continue }
            add(value, parameter: parameter, evidence: setup.evidence(parameter))
        }
        for map in setup.maps(of: "transport_maps") {
            guard let table = try? setup.opener.openOrFail(map.specification) as? any ListableTable,
                let entries = try? await table.entries()
            else { continue }
            for (key, value) in entries.prefix(10_000) {
                add(
                    value, parameter: "transport_maps",
                    evidence: Evidence(place: map.specification, "\(key) \(value)"))
            }
        }
    }

    private mutating func add(_ value: String, parameter: String, evidence: Evidence) {
        let colon = value.firstIndex(of: ":") ?? value.endIndex
        let use = Use(
            transport: String(value[..<colon]), nextHop: String(value[colon...].dropFirst()),
            evidence: evidence, parameter: parameter)
        if !use.transport.isEmpty { all.append(use) }
    }
}

extension Setup {
    /// The program of a transport: master.cf may name another than the transport's own name.
    func program(of transport: String) -> String {
        master?.services.first { $0.name == transport && $0.kind == .unix }?.program ?? transport
    }
}
