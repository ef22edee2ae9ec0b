import MailFormat
import NIOCore

extension IPAddress {
    /// The peer of a connection. A mapped address is the version 4 address that it stands for.
    package init?(_ address: SocketAddress) {
        switch address {
        case .v4(let address):
            self.init(bytes: withUnsafeBytes(of: address.address.sin_addr) { Array($0) })
        case .v6(let address):
            guard
                let address = IPAddress(bytes: withUnsafeBytes(of: address.address.sin6_addr) { Array($0) })
            else { return nil }
            self = address.unmapped
        case .unixDomainSocket:
            return nil
        }
    }
}
