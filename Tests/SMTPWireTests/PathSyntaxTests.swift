import MailFormat
import Testing

@testable import SMTPWire

/// What stands in MAIL and RCPT, as Postfix reads it.
@Suite struct PathSyntaxTests {
    @Test(arguments: [
        ("<john@example.org>", "john@example.org"),
        ("john@example.org", "john@example.org"),
        (" john@example.org", "john@example.org"),
        ("<john>", "john"),
        ("<\"a b\"@example.org>", "a b@example.org"),
        ("<\"a\\\"b\"@example.org>", "a\"b@example.org"),
        ("<a\\b@example.org>", "ab@example.org"),
        ("<@relay.test:john@example.org>", "john@example.org"),
        ("<@a.test,@b.test:john@example.org>", "john@example.org"),
        ("<john@example.org.>", "john@example.org."),
        ("<john @ example.org>", "john@example.org"),
        ("<(c)john(d)@example.org>", "john@example.org"),
        ("<<john@example.org>>", "john@example.org"),
        ("<>john@example.org", "john@example.org"),
        ("john@example.org>", "john@example.org"),
        ("<john@example.org,>", "john@example.org"),
        ("<;john@example.org>", "john@example.org"),
        ("<a:b@example.org>", "a:b@example.org"),
        ("<a@b@example.org>", "a@b@example.org"),
        ("<jo..hn@example.org>", "jo..hn@example.org"),
        ("<x@[127.0.0.1]>", "x@[127.0.0.1]"),
        ("<x@[127.0.0.1>", "x@[127.0.0.1]"),
        ("<x@[IPv6:::1]>", "x@[IPv6:::1]"),
        ("<x@[ipv6:2001:db8::1]>", "x@[ipv6:2001:db8::1]"),
        ("<x)@example.org>", "x)@example.org"),
        ("<\u{E4}@example.org>", "\u{E4}@example.org"),
        ("<@example.org>", "@example.org"),
        ("<john@\"example.org\">", "john@example.org"),
        ("<\"\"@example.org>", "@example.org"),
        ("<john@example.org(never closed>", "john@example.org"),
        ("<john(c)%example.net>", "john%example.net"),
        ("<example.net!john>", "example.net!john"),
        ("<example.net.!john>", "example.net.!john"),
    ])
    func isRead(_ written: String, as expected: String) throws {
        guard case .rcpt(let result) = SMTPCommand(line: "RCPT TO:\(written)".utf8) else {
            Issue.record("not a RCPT")
            return
        }
        #expect(try result.get() == MailAddress(expected))
    }

    @Test(arguments: [
        "<>", "<\"\">", "<a b@example.org>", "<a,b@example.org>", "<a;b@example.org>", "<a@example.org",
        "<\"a@example.org>", "<z(c)z@example.org>", "<\"z\"y@example.org>", "<a<b@example.org>",
        "<a>b@example.org",
        "<a@>", "<@>", "<a@example..org>", "<a@.example.org>", "<a@example.org..>", "<a@-example.org>",
        "<a@example.org->", "<a@1.2.3.4>", "<a@12>", "<a@[1.2.3]>", "<a@[::1]>", "<a@[foo]>",
        "<a@[127.0.0.1 ]>",
        "<a@[1.2.3.4].com>", "<-a@example.org>", "<a@ex\u{E4}mple.org>", "<a@ex!ample.org>",
        "<a@exa mple.org>",
        "<(a@example.org>", "<a\u{0}b@example.org>", "<a\u{1}b@example.org>",
        "<a@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.org>", "<a@example.org>x",
        "<a@example.org:25>", "<a@[1.2.3.4.5]>", "<a@[IPv6:1:2]>", "<a@[IPv6:::1::2]>", "<!>", "<%>", "<a%>",
        "<!a>", "<a%-b>",
    ])
    func isRefused(_ written: String) {
        guard case .rcpt(.failure(let fault)) = SMTPCommand(line: "RCPT TO:\(written)".utf8) else {
            Issue.record("accepted")
            return
        }
        #expect(fault.reply.text == "501 5.1.3 Bad recipient address syntax")
    }

    @Test(arguments: ["a@b", "<a@b", "<(c)a@b>"]) func strictEnvelopesNeedBrackets(_ written: String) {
        guard
            case .mail(.failure(let fault)) = SMTPCommand(
                line: "MAIL FROM:\(written)".utf8, rules: PathRules(isStrict: true))
        else {
            Issue.record("accepted")
            return
        }
        #expect(fault.reply.code == 501)
    }

    @Test(arguments: ["<>", "< >", "<(c)>"]) func nullSender(_ written: String) throws {
        guard case .mail(let result) = SMTPCommand(line: "MAIL FROM:\(written)".utf8) else {
            Issue.record("not a MAIL")
            return
        }
        #expect(try result.get().sender == .null)
    }
}
