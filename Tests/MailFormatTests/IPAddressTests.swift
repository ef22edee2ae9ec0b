import MailFormat
import Testing

@Suite struct IPAddressTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("2001:DB8:0:0::1", "2001:db8::1"),
        ("::ffff:192.0.2.9", "::ffff:192.0.2.9"),
        ("192.0.2", nil), ("192.0.2.256", nil), ("[192.0.2.1]", nil), ("2001:db8::1%eth0", nil), ("", nil),
    ])
    func theBytesCountAndNotTheSpelling(_ text: String, _ normal: String?) {
        #expect(IPAddress(text)?.description == normal)
        #expect(IPAddress(text) == normal.flatMap { IPAddress($0) })
    }

    @Test(arguments: [
        ("::ffff:192.0.2.9", "192.0.2.9"), ("::fffe:c000:209", "::fffe:c000:209"),
        ("2001:db8::1", "2001:db8::1"),
        ("192.0.2.9", "192.0.2.9"),
    ])
    func aMappedAddressStandsForOneOfVersion4(_ text: String, _ unmapped: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.unmapped.description == unmapped)
    }

    @Test(arguments: [0, 3, 5, 15, 17])
    func noOtherNumberOfBytesIsAnAddress(_ count: Int) {
        #expect(IPAddress(bytes: [UInt8](repeating: 1, count: count)) == nil)
    }
}
