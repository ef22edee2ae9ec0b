import Testing

@testable import MailFormat

/// Expected texts are what Postfix 3.7 makes of the same fields.
@Suite struct AddressFieldTests {
    private let completion = HeaderAddress.Completion(
        origin: "origin.test", parentDomain: "my.test", swapsBangPath: true, takesPercent: true)

    /// The field after its addresses were completed; nil where none of them changed.
    private func completed(_ body: String, _ completion: HeaderAddress.Completion? = nil) -> String? {
        guard var field = AddressField(body.utf8) else { return nil }
        let before = field.addresses
        for index in before.indices { field.addresses[index].complete(completion ?? self.completion) }
        return field.addresses == before ? nil : String(decoding: field.text(name: "Cc".utf8), as: UTF8.self)
    }

    @Test(arguments: [
        ("john", "john@origin.test"),
        ("j@h", "j@h.my.test"),
        ("\"John Doe\" <john>", "\"John Doe\" <john@origin.test>"),
        ("Team: a, b@c;", "Team: a@origin.test, b@c.my.test;"),
        ("x%y", "x@y.my.test"), ("h!u", "u@h.my.test"),
        ("<@r1,@r2:u@d.e>", "<u@d.e>"),
        ("john@host.example.", "john@host.example"),
        ("(c) z", "z@origin.test (c)"),
        ("a (c) @ (d) b", "a@b.my.test (c) (d)"),
        ("A B <ab@c> (cm)", "A B <ab@c.my.test>(cm)"),
        ("john anna", "john@origin.test, anna@origin.test"),
        ("k@[1.2.3.4], x", "k@[1.2.3.4], x@origin.test"),
        ("\"un\"@d.e", "un@d.e"),
        ("a..b", "\"a..b\"@origin.test"),
        ("=?utf-8?q?x?= <y>", "=?utf-8?q?x?= <y@origin.test>"),
        ("Jörg <y>", "Jörg <y@origin.test>"),
        ("a, b,,c", "a@origin.test, b@origin.test, , c@origin.test"),
        ("/:(unclosed", "\"/:\"@origin.test (unclosed"),
    ])
    func `addresses are completed and the rest stays`(body: String, expected: String) {
        #expect(completed(" " + body) == "Cc: \(expected)\r\n")
    }

    @Test(arguments: [
        "", " ", "<>", "john@example.org", "  John   <john@example.org>,\r\n\tanna@example.org",
        "undisclosed-recipients:;",
        "(nobody)", "\"a@b\" <c@d.e>", "\"\"", "\"john doe\"@example.org",
    ])
    func `a field that needs nothing stays as it is`(body: String) {
        #expect(completed(body) == nil)
    }

    @Test func `lines are folded behind commas, below 70 characters where that is possible`() {
        let body = (1...9).map { "user\($0)@example.org" }.joined(separator: ",") + ",x"
        #expect(
            completed(body) == """
                Cc: user1@example.org, user2@example.org, user3@example.org,\r
                \tuser4@example.org, user5@example.org, user6@example.org,\r
                \tuser7@example.org, user8@example.org, user9@example.org,\r
                \tx@origin.test\r\n
                """)
    }

    @Test func `what is no UTF-8 stays as it is`() throws {
        var field = try #require(
            AddressField(Array("J".utf8) + [0xF6] + Array("rg <john>, \"".utf8) + [0xFF] + Array(" \"".utf8)))
        for index in field.addresses.indices { field.addresses[index].complete(completion) }
        let text = field.text(name: "To".utf8)
        #expect(
            text == Array("To: J".utf8) + [0xF6] + Array("rg <john@origin.test>, \"".utf8) + [0xFF]
                + Array(" \"@origin.test\r\n".utf8))
    }

    @Test func `without settings for it, nothing is added`() {
        let bare = HeaderAddress.Completion(
            origin: "", parentDomain: "", swapsBangPath: false, takesPercent: false)
        #expect(completed(" john, h!u, x%y, a@b", bare) == nil)
    }

    @Test func `more tokens than the limit are not read`() {
        #expect(AddressField("a, b".utf8, tokenLimit: 2) == nil)
        #expect(AddressField("a, b".utf8, tokenLimit: 3) != nil)
    }

    @Test func `a hundred thousand brackets take no time and no stack`() {
        for piece in ["<", ">", "(", "\"", "[", ":", ";", "\\", "a:;", "<a", "@,"] {
            let field = AddressField(String(repeating: piece, count: 100_000).utf8)
            #expect(field != nil)
        }
    }
}
