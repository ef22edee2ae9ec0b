import Glibc

/// The addresses of this machine and the networks they are in: the default of `mynetworks`.
struct LocalNetworks {
    enum Style: String {
        case host
        case subnet
        case `class`
    }

    /// An address in network byte order, 4 or 16 bytes, and how many bits of it are the network's.
    struct Address: Hashable {
        var bytes: [UInt8]
        var prefixLength: Int
    }

    let addresses: [Address]

    /// - Parameters:
    ///   - interfaces: `inet_interfaces`: `all`, `loopback-only`, or names and addresses.
    ///   - protocols: `inet_protocols`: `all`, `ipv4`, `ipv6`.
    init(interfaces: [String], protocols: [String]) {
        let wantsIPv4 = protocols.contains { ["all", "ipv4"].contains($0.lowercased()) }
        let wantsIPv6 = protocols.contains { ["all", "ipv6"].contains($0.lowercased()) }
        let own = Self.machineAddresses().filter { $0.bytes.count == 4 ? wantsIPv4 : wantsIPv6 }
        if interfaces.contains(where: { $0.lowercased() == "all" }) {
            addresses = own
        } else if interfaces.contains(where: { $0.lowercased() == "loopback-only" }) {
            addresses = own.filter(Self.isLoopback)
        } else {
            let named = Set(interfaces.flatMap(Self.resolve))
            addresses = own.filter { named.contains($0.bytes) }
        }
    }

    /// `127.0.0.0/8 [::1]/128 …`, IPv4 before IPv6, each network once.
    func text(style: Style) -> String {
        var seen: Set<Address> = []
        var networks: [String] = []
        for address in addresses.filter({ $0.bytes.count == 4 }) + addresses.filter({ $0.bytes.count == 16 }) {
            let network = address.masked(Self.prefixLength(of: address, style: style))
            if seen.insert(network).inserted { networks.append(network.text) }
        }
        return networks.joined(separator: " ")
    }

    private static func prefixLength(of address: Address, style: Style) -> Int {
        switch style {
        case .host: return address.bytes.count * 8
        case .subnet: return address.prefixLength
        case .class:
            guard address.bytes.count == 4, let first = address.bytes.first else { return address.prefixLength }
            return first < 128 ? 8 : first < 192 ? 16 : first < 224 ? 24 : 32
        }
    }

    private static func isLoopback(_ address: Address) -> Bool {
        address.bytes.count == 4
            ? address.bytes.first == 127 : address.bytes.dropLast().allSatisfy { $0 == 0 } && address.bytes.last == 1
    }

    /// The addresses of the interfaces that are up.
    private static func machineAddresses() -> [Address] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var addresses: [Address] = []
        var next = list
        while let interface = next?.pointee {
            next = interface.ifa_next
            guard interface.ifa_flags & UInt32(IFF_UP) != 0, let bytes = bytes(interface.ifa_addr),
                let mask = Self.bytes(interface.ifa_netmask, as: interface.ifa_addr)
            else { continue }
            let length = mask.reduce(0) { $0 + $1.nonzeroBitCount }
            let address = Address(bytes: bytes, prefixLength: length)
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

extension LocalNetworks.Address {
    func masked(_ length: Int) -> Self {
        var network = Self(bytes: bytes, prefixLength: length)
        for index in bytes.indices {
            let kept = min(8, max(0, length - index * 8))
            network.bytes[index] &= kept == 0 ? 0 : UInt8(truncatingIfNeeded: 0xFF << (8 - kept))
        }
        return network
    }

    /// `192.0.2.0/24`, `[2001:db8::]/32`
    var text: String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        _ = inet_ntop(family, bytes, &buffer, socklen_t(buffer.count))
        let address = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return family == AF_INET ? "\(address)/\(prefixLength)" : "[\(address)]/\(prefixLength)"
    }
}
