import MailFormat

/// Where an address belongs: what trivial-rewrite(8) finds out before any recipient table is asked.
public struct Destination: Hashable, Sendable {
    /// The address complete: with a domain, and with routing through this machine
    /// (`user%other@here`, `"user@other"@here`) resolved to what it means.
    public let address: MailAddress
    public let addressClass: AddressClass
    /// The local part holds routing operators (`@`, `!`, `%`) for somebody further on.
    ///
    /// Such an address must never be relayed on the strength of its domain alone, for the next hop may
    /// read it as an address elsewhere (`allow_untrusted_routing = no`).
    public let isRouted: Bool

    public init(address: MailAddress, addressClass: AddressClass, isRouted: Bool) {
        self.address = address
        self.addressClass = addressClass
        self.isRouted = isRouted
    }
}
