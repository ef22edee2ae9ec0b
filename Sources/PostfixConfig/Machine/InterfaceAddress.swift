import Glibc

/// An address of this machine, and the network that it is in.
package struct InterfaceAddress: Hashable, Sendable {
    /// In network byte order, 4 or 16 bytes.
    package var bytes: [UInt8]
    /// How many bits of it are the network's.
    var prefixLength: Int

    /// Those that Martlet takes for its own: `inet_interfaces`, `inet_protocols` in postconf(5).
    ///
    /// Asks the machine and, for host names, its resolver: for when a configuration is loaded.
    package static func own(_ configuration: Configuration) -> [InterfaceAddress] {
        own(interfaces: configuration[.inetInterfaces], protocols: configuration[.inetProtocols])
    }

    /// The addresses at which others reach this machine: `proxy_interfaces`, 4 or 16 bytes each.
    package static func proxies(_ configuration: Configuration) -> [[UInt8]] {
        configuration[.proxyInterfaces].flatMap(resolve)
    }

    /// - Parameters:
    ///   - interfaces: `all`, `loopback-only`, or host names and addresses.
    ///   - protocols: `all`, `ipv4`, `ipv6`.
    static func own(interfaces: [String], protocols: [String]) -> [InterfaceAddress] {
        let wantsIPv4 = protocols.contains { ["all", "ipv4"].contains($0.lowercased()) }
        let wantsIPv6 = protocols.contains { ["all", "ipv6"].contains($0.lowercased()) }
        let all = ofMachine().filter { $0.bytes.count == 4 ? wantsIPv4 : wantsIPv6 }
        if interfaces.contains(where: { $0.lowercased() == "all" }) { return all }
        if interfaces.contains(where: { $0.lowercased() == "loopback-only" }) {
            return all.filter(\.isLoopback)
        }
        let named = Set(interfaces.flatMap(resolve))
        return all.filter { named.contains($0.bytes) }
    }

    private var isLoopback: Bool {
        bytes.count == 4 ? bytes.first == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
    }

    /// The addresses of the interfaces that are up.
    private static func ofMachine() -> [InterfaceAddress] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var addresses: [InterfaceAddress] = []
        var next = list
        while let interface = next?.pointee {
            next = interface.ifa_next
            guard interface.ifa_flags & UInt32(IFF_UP) != 0, let bytes = bytes(interface.ifa_addr),
                let mask = Self.bytes(interface.ifa_netmask, as: interface.ifa_addr)
            else { continue }
            let length = mask.reduce(0) { $0 + $1.nonzeroBitCount }
            let address = InterfaceAddress(bytes: bytes, prefixLength: length)
            if !addresses.contains(address) { addresses.append(address) }
        }
        return addresses
    }

    private static func bytes(
        _ address: UnsafeMutablePointer<sockaddr>?, as model: UnsafeMutablePointer<sockaddr>? = nil
    ) -> [UInt8]? {
        guard let address else { return nil }
        switch Int32((model ?? address).pointee.sa_family) {
        case AF_INET:
            return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                Swift.withUnsafeBytes(of: $0.pointee.sin_addr) { Array($0) }
            }
        case AF_INET6:
            return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                Swift.withUnsafeBytes(of: $0.pointee.sin6_addr) { Array($0) }
            }
        default: return nil
        }
    }

    /// The addresses of a host, or of an address in text, with or without `[ ]`.
    private static func resolve(_ host: String) -> [[UInt8]] {
        let name = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [[UInt8]] = []
        var next = list
        while let info = next?.pointee {
            if let bytes = bytes(info.ai_addr) { found.append(bytes) }
            next = info.ai_next
        }
        return found
    }
}
