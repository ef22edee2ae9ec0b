import PostfixConfig

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension InterfaceAddresses {
    /// Asks the machine and, for names in inet_interfaces, its resolver: for when a configuration is loaded.
    public init(_ configuration: Configuration) {
        var addresses: [String] = []
        for element in configuration[.inetInterfaces] {
            switch element {
            case "all": addresses += Self.ofMachine { _ in true }
            case "loopback-only": addresses += Self.ofMachine { $0 & UInt32(IFF_LOOPBACK) != 0 }
            default: addresses += Self.addresses(of: element)
            }
        }
        for element in configuration[.proxyInterfaces] { addresses += Self.addresses(of: element) }
        self.init(addresses)
    }

    private static func ofMachine(where matches: (_ flags: UInt32) -> Bool) -> [String] {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return [] }
        defer { freeifaddrs(first) }
        var addresses: [String] = []
        var next = first
        while let interface = next?.pointee {
            next = interface.ifa_next
            guard let address = interface.ifa_addr, matches(interface.ifa_flags) else { continue }
            let length =
                switch Int32(address.pointee.sa_family) {
                case AF_INET: MemoryLayout<sockaddr_in>.size
                case AF_INET6: MemoryLayout<sockaddr_in6>.size
                default: 0
                }
            if length > 0, let text = numeric(address, socklen_t(length)) { addresses.append(text) }
        }
        return addresses
    }

    /// A name's addresses; an address is itself, with or without brackets.
    private static func addresses(of name: String) -> [String] {
        let bare = name.hasPrefix("[") && name.hasSuffix("]") ? String(name.dropFirst().dropLast()) : name
        if IPAddress(bare) != nil { return [bare] }
        var first: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(bare, nil, nil, &first) == 0 else { return [] }
        defer { freeaddrinfo(first) }
        var addresses: [String] = []
        var next = first
        while let entry = next?.pointee {
            next = entry.ai_next
            if let address = entry.ai_addr, let text = numeric(address, entry.ai_addrlen) {
                addresses.append(text)
            }
        }
        return addresses
    }

    private static func numeric(_ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> String? {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard getnameinfo(address, length, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 else {
            return nil
        }
        let bytes = text.prefix { $0 != 0 && $0 != CChar(UInt8(ascii: "%")) }.map(UInt8.init(bitPattern:))
        return String(decoding: bytes, as: UTF8.self)
    }
}
