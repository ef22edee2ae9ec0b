import Glibc

/// An smtpd service of master.cf that listens on the Internet.
public struct InetSMTPService: Sendable {
    /// What stands before the colon of the service's name: a host name or an address, without brackets. Nil is
    /// every address of `inet_interfaces`.
    public let host: String?
    public let port: UInt16
    /// What the service's `-o` options set: ``Configuration/overriding(_:)``.
    public let overrides: [(name: String, value: String)]
    /// How many sessions it may have at once; nil where master.cf leaves that to the default, 0 is no limit.
    public let processLimit: Int?
    public let service: MasterService

    init(_ service: MasterService) throws(ParameterValueError) {
        // host:port, [2001:db8::1]:port or port.
        let name = service.name
        var portName = name
        var host: String?
        if let colon = name.utf8.lastIndex(of: .colon) {
            portName = String(name[name.utf8.index(after: colon)...])
            host = String(name[..<colon])
            if let bracketed = host, bracketed.hasPrefix("["), bracketed.hasSuffix("]") {
                host = String(bracketed.dropFirst().dropLast())
            }
        }
        guard let port = Self.port(named: portName) else {
            throw ParameterValueError("\(name): unknown service or port: \"\(portName)\"")
        }
        self.host = host.flatMap { $0.isEmpty ? nil : $0 }
        self.port = port
        overrides = service.overrides
        processLimit = service.processLimit
        self.service = service
    }

    /// A number, or a name of /etc/services.
    private static func port(named name: String) -> UInt16? {
        if name.isAllDigits { return UInt16(name) }
        // `getservbyname` answers in static storage; `getservbyname_r` in ours.
        var entry = servent()
        var buffer = [CChar](repeating: 0, count: 4_096)
        var found: UnsafeMutablePointer<servent>?
        guard getservbyname_r(name, "tcp", &entry, &buffer, buffer.count, &found) == 0, found != nil else {
            return nil
        }
        return UInt16(bigEndian: UInt16(truncatingIfNeeded: entry.s_port))
    }
}
