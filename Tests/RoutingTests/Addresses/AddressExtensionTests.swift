import Testing

@testable import Routing

@Suite struct AddressExtensionTests {
    @Test(
        arguments: [
            ("+", "john+tag", "john", "+tag"),
            ("+", "john+a+b", "john", "+a+b"),
            ("+-", "john-a+b", "john", "-a+b"),
            ("+", "john+", "john", "+"),
            ("-", "owner", nil, nil),
            ("-", "owner-list", nil, nil),
            ("-", "list-Request", nil, nil),
            ("-", "-request", nil, nil),
            ("+", "owner-list+x", "owner-list", "+x"),
            ("+", "+tag", nil, nil),
            ("+", "postmaster", nil, nil),
            ("o", "PostMaster", nil, nil),
            ("-", "MAILER-DAEMON", nil, nil),
            ("-", "double-bounce", nil, nil),
            ("", "john+tag", nil, nil),
        ] as [(String, String, String?, String?)])
    func `splits at the first delimiter, but not reserved names`(
        delimiters: String, localPart: String, user: String?, extension: String?
    ) {
        var settings = RoutingSettings(myhostname: "mx.test")
        settings.recipientDelimiter = delimiters
        let split = AddressExtension(settings).split(localPart)
        #expect(split?.user == user)
        #expect(split?.extension == `extension`)
    }
}
