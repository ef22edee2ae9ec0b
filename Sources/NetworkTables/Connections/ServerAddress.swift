import LookupTables
import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where a server of lookups is: `127.0.0.1:10001`, `[::1]:10001`, `/run/socket`.
package enum ServerAddress: Hashable, Sendable {
    case inet(host: String, port: Int)
    case unix(path: String)

    /// `inet:host:port` or `unix:path`, as socketmap_table(5) and memcache_table(5) have it.
    ///
    /// - Parameter directory: where a path that does not begin with `/` begins.
    package init(service text: some StringProtocol, directory: String) throws(TableError) {
        guard let colon = text.firstIndex(of: ":") else {
            throw TableError("need service transport:endpoint instead of \"\(text)\"")
        }
        let transport = text[..<colon].lowercased()
        let endpoint = text[text.index(after: colon)...]
        switch transport {
        case "inet": try self.init(hostAndPort: endpoint)
        case "unix":
            let path = endpoint.hasPrefix("/") ? String(endpoint) : "\(directory)/\(endpoint)"
            // What sockaddr_un holds, its final zero byte included: unix(7).
            guard !endpoint.isEmpty, path.utf8.count < 108, !path.utf8.contains(0) else {
                throw TableError("\(text): the path of a UNIX socket has 1 to 107 bytes")
            }
            self = .unix(path: path)
        default: throw TableError("invalid transport name: \(text[..<colon]) in service: \(text)")
        }
    }

    /// `host:port`, `[host]:port`; the port is a number or a name of services(5).
    package init(hostAndPort text: some StringProtocol) throws(TableError) {
        guard let colon = text.lastIndex(of: ":") else {
            throw TableError("\(text): there must be a host and a port, such as 127.0.0.1:10001")
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty, !host.contains("["), !host.contains("]"), !host.utf8.contains(0) else {
            throw TableError("\(text): there is no host left of the port")
        }
        let service = String(text[text.index(after: colon)...])
        guard let port = Self.port(service) else {
            throw TableError("\(text): \"\(service)\" is no port from 1 to 65535 and no name of a service")
        }
        self = .inet(host: host, port: port)
    }

    private static func port(_ service: String) -> Int? {
        if let number = Int(service) { return (1...65_535).contains(number) ? number : nil }
        guard !service.isEmpty, !service.utf8.contains(0) else { return nil }
        var hints = addrinfo()
        hints.ai_family = AF_INET
        #if canImport(Darwin)
        hints.ai_socktype = SOCK_STREAM
        #else
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #endif
        // Without a host nothing but services(5) is read.
        hints.ai_flags = AI_PASSIVE
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(nil, service, &hints, &found) == 0, let found else { return nil }
        defer { freeaddrinfo(found) }
        guard let address = found.pointee.ai_addr else { return nil }
        return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
            Int(UInt16(bigEndian: $0.pointee.sin_port))
        }
    }
}

extension ServerAddress: CustomStringConvertible {
    package var description: String {
        switch self {
        case .inet(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): path
        }
    }
}
