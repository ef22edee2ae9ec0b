import Glibc

/// A default that depends on the machine: what `postconf -d` computes.
public enum MachineDefault: Hashable, Sendable {
    /// The machine's host name; `.$mydomain` is appended where it has no dot.
    case hostName
    /// The host name without its first label, or `localdomain`.
    case domain
    /// The networks that this machine is in, as `mynetworks_style` has it.
    case networks
    /// The directory that the configuration was read from.
    case configurationDirectory
    case processID
    case processName

    /// - Parameters:
    ///   - source: where main.cf stands, what it sets, and who asks.
    ///   - value: the expanded value of another parameter, nil where that is neither set nor has a default.
    func text(
        for source: ConfigurationSource, value: (String) throws(ExpansionError) -> String?
    ) throws(ExpansionError) -> String {
        switch self {
        case .hostName:
            let name = Self.machineName
            if name.utf8.contains(UInt8(ascii: ".")) { return name }
            // Only a domain that was set: its default comes from this very name.
            return name + "." + (source.isSet("mydomain") ? try value("mydomain") ?? "" : Self.noDomain)
        case .domain: return Self.domain(of: try value("myhostname") ?? "")
        case .networks:
            let addresses = InterfaceAddress.own(
                interfaces: ListSyntax.split(try value("inet_interfaces") ?? ""),
                protocols: ListSyntax.split(try value("inet_protocols") ?? ""))
            let style = LocalNetworks.Style(rawValue: try value("mynetworks_style") ?? "") ?? .host
            return LocalNetworks(addresses: addresses).text(style: style)
        case .configurationDirectory: return source.directory
        case .processID: return String(getpid())
        case .processName: return source.processName
        }
    }

    private static let noDomain = "localdomain"

    static func domain(of hostName: String) -> String {
        guard let dot = hostName.utf8.firstIndex(of: UInt8(ascii: ".")) else { return noDomain }
        return String(hostName[hostName.utf8.index(after: dot)...])
    }

    static let machineName: String = {
        var buffer = [CChar](repeating: 0, count: Int(HOST_NAME_MAX) + 1)
        let failed = gethostname(&buffer, buffer.count) != 0
        let name = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return failed || name.isEmpty ? "localhost" : name
    }()
}
