import Foundation
import PostfixConfig
import Reception

/// Where mail is taken: one socket.
struct ListenAddress: Hashable, Sendable {
    /// A name or an address; empty for every address of the machine.
    let host: String
    let port: Int

    /// A line of master.cf: its sockets, and the options of its sessions.
    struct Listener: Sendable {
        let addresses: [ListenAddress]
        let overrides: [(name: String, value: String)]
        /// Where master.cf has a process limit for the service.
        let limit: SessionLimit?
    }

    /// The inet smtpd services of master.cf; port 25 where there is no master.cf.
    ///
    /// A service without an address of its own listens on `inet_interfaces`.
    static func all(_ configuration: Configuration, master: MasterFile?) throws(ServeFailure) -> [Listener] {
        guard let master else {
            return [Listener(addresses: interfaces(configuration, port: 25), overrides: [], limit: nil)]
        }
        let services: [InetSMTPService]
        do throws(ConfigurationFailure) {
            services = try master.inetSMTPServices()
        } catch {
            throw ServeFailure("\(error)", exitCode: EX_CONFIG)
        }
        guard !services.isEmpty else {
            throw ServeFailure(
                "\(master.path): no inet service runs smtpd, so nothing would take mail; "
                    + "add a line such as: smtp inet n - n - - smtpd", exitCode: EX_CONFIG)
        }
        return services.map { service in
            let port = Int(service.port)
            let addresses =
                service.host.map { [ListenAddress(host: $0, port: port)] }
                ?? interfaces(configuration, port: port)
            let limit = service.processLimit.flatMap { $0 > 0 ? SessionLimit($0) : nil }
            return Listener(addresses: addresses, overrides: service.overrides, limit: limit)
        }
    }

    private static func interfaces(_ configuration: Configuration, port: Int) -> [ListenAddress] {
        let interfaces = configuration[.inetInterfaces]
        let protocols = Set(configuration[.inetProtocols].map { $0.lowercased() })
        let (hasIPv4, hasIPv6) = (
            protocols.contains("all") || protocols.contains("ipv4"),
            protocols.contains("all") || protocols.contains("ipv6")
        )
        var hosts: [String] = []
        for interface in interfaces {
            switch interface.lowercased() {
            case "all": hosts.append(hasIPv6 ? (hasIPv4 ? "" : "::") : "0.0.0.0")
            case "loopback-only": hosts += (hasIPv4 ? ["127.0.0.1"] : []) + (hasIPv6 ? ["::1"] : [])
            default: hosts.append(interface.trimmingCharacters(in: CharacterSet(charactersIn: "[]")))
            }
        }
        return hosts.map { ListenAddress(host: $0, port: port) }
    }
}
