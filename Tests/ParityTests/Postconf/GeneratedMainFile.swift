import Peers

/// main.cf files as operators write them, and worse: continuation lines, comments, `$` expressions, repeated and
/// mistyped names.
struct GeneratedMainFile {
    static let settable = [
        "myorigin", "mydestination", "relayhost", "smtpd_banner", "virtual_alias_maps", "mynetworks", "biff",
        "relay_domains", "message_size_limit", "smtpd_client_restrictions", "forward_path", "smtpd_timeout",
        "lmtp_destination_recipient_limit", "virtual_maps", "default_rbl_reply", "mua_restrictions",
        "own_domain",
        "virtual_alias_mapss", "al_query", "al_user", "smtpd_restriction_classes", "cl1",
        "compatibility_level",
    ]
    private static let words = [
        "a", "example.org", "permit_mynetworks,", "reject", "192.0.2.0/24", "[::1]/128", "{ a  b }", "x=y",
        "\"q q\"",
        "$mydomain", "${myhostname}", "$(mail_name)", "${own_domain?{yes}:{no}}", "${nosuch:none}", "$$",
        "$cl1",
        "${{$compatibility_level} <level {3.6} ? {old} : {new}}", "${{1} == {01} ? {same}}",
        "static:all", "$mua_restrictions", "#no-comment",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ]

    var text = ""

    init(using generator: inout SeededGenerator) {
        for _ in 0..<Int.random(in: 1...14, using: &generator) {
            if generator.chance(20) {
                text += generator.pick(["# comment\n", "\n", "  # indented\n", "   \n"])
            }
            let name = generator.pick(Self.settable)
            text += name + generator.pick(["=", " = ", "= ", " ="])
            if name == "compatibility_level" {
                text += generator.pick(["0", "2", "3.6", "3.10"]) + "\n"
                continue
            }
            if name == "smtpd_restriction_classes" {
                text += generator.pick(["", "cl1", "cl1, cl2", "cl2 cl1"]) + "\n"
                continue
            }
            for _ in 0..<Int.random(in: 0...7, using: &generator) {
                text += generator.pick(Self.words)
                text += generator.pick([" ", " ", "  ", "\t", ", ", "\n  ", "\n\t", "\n# inside\n "])
            }
            text += "\n"
        }
    }
}
