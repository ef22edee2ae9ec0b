import Glibc

/// The networks that addresses of this machine are in: the default of `mynetworks`.
struct LocalNetworks {
    /// `mynetworks_style`
    enum Style: String {
        case host
        case subnet
        case `class`
    }

    let addresses: [InterfaceAddress]

    /// `127.0.0.0/8 [::1]/128 …`, IPv4 before IPv6, each network once.
    func text(style: Style) -> String {
        var seen: Set<InterfaceAddress> = []
        var networks: [String] = []
        for address in addresses.filter({ $0.bytes.count == 4 }) + addresses.filter({ $0.bytes.count == 16 })
        {
            let network = address.masked(Self.prefixLength(of: address, style: style))
            if seen.insert(network).inserted { networks.append(network.text) }
        }
        return networks.joined(separator: " ")
    }

    private static func prefixLength(of address: InterfaceAddress, style: Style) -> Int {
        switch style {
        case .host: return address.bytes.count * 8
        case .subnet: return address.prefixLength
        case .class:
            guard address.bytes.count == 4, let first = address.bytes.first else {
                return address.prefixLength
            }
            return first < 128 ? 8 : first < 192 ? 16 : first < 224 ? 24 : 32
        }
    }
}

extension InterfaceAddress {
    fileprivate func masked(_ length: Int) -> Self {
        var network = Self(bytes: bytes, prefixLength: length)
        for index in bytes.indices {
            let kept = min(8, max(0, length - index * 8))
            network.bytes[index] &= kept == 0 ? 0 : UInt8(truncatingIfNeeded: 0xFF << (8 - kept))
        }
        return network
    }

    /// `192.0.2.0/24`, `[2001:db8::]/32`
    fileprivate var text: String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        _ = inet_ntop(family, bytes, &buffer, socklen_t(buffer.count))
        let address = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return family == AF_INET ? "\(address)/\(prefixLength)" : "[\(address)]/\(prefixLength)"
    }
}

extension InterfaceAddress {
    /// The network that the address is in, `192.0.2.0/24`.
    package var network: String { masked(prefixLength).text }
}
