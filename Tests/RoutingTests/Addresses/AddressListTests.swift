import MailFormat
import Testing

@testable import Routing

@Suite struct AddressListTests {
    @Test(arguments: [
        ("john@x", ["john@x"]),
        ("john@x, anna@x", ["john@x", "anna@x"]),
        ("john@x anna@x\tjim", ["john@x", "anna@x", "jim"]),
        ("\"john doe\"@x,\"a, b\"@y", ["john doe@x", "a, b@y"]),
        ("\"a\\\"b\"@x", ["a\"b@x"]),
        ("John Doe <john@x>, anna@x (a comment, with commas)", ["john@x", "anna@x"]),
        ("team: a@x, b@x; c@x", ["a@x", "b@x", "c@x"]),
        ("user@[192.0.2.1]", ["user@[192.0.2.1]"]),
        ("@a:john@x", ["john@x"]),
        ("john . doe @ x . y", ["john.doe@x.y"]),
        (",, ;", []),
        ("", []),
        ("(only a comment)", []),
        ("nobody@", []),
        ("\"unclosed", ["unclosed"]),
        ("<unclosed@x", ["unclosed@x"]),
    ])
    func `reads an answer as the addresses in it`(text: String, addresses: [String]) {
        #expect(AddressList.parse(text).map(\.text) == addresses)
    }
}
