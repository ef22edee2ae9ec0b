import Peers

/// A setup and messages drawn at random: tables that change addresses, and addresses that they know or nearly know.
///
/// Nothing in it leads into a circle; what is nobody's is taken by both sides (`reject_unlisted_alias_target = no`).
struct RewritingSetup: Sendable {
    var mainCf: [String: String] = [:]
    var files: [String: String] = [:]
    var messages: [RewritingMessage] = []
    /// Whether RCPT TO looks into the canonical tables for what the envelope then does not get from them.
    let isEnvelopeLeftOut: Bool

    static let users = ["john", "anna", "root", "info", "jack", "quo ted", "O'Neil", "x.y", "Mixed"]
    static let domains = [
        "far.test", "a.masq.test", "b.a.masq.test", "masq.test", "in.masq.test", "h.in.masq.test",
        "Up.Masq.Test",
        "cat.test", "here", "box.test", "origin.test", "my.test", "[192.0.2.7]",
    ]

    init(_ random: inout SeededGenerator, messages count: Int) {
        let kinds = ["envelope_sender", "envelope_recipient", "header_sender", "header_recipient"]
        // Postfix ends where there is none at all, or where a sender's table is to change recipients.
        func classes(_ random: inout SeededGenerator, of side: String = "") -> [String] {
            let fitting = kinds.filter { $0.hasSuffix(side) }
            let chosen = fitting.filter { _ in random.chance(65) }
            return chosen.isEmpty ? fitting : chosen
        }
        mainCf = [
            "myhostname": "mx.home.test", "mydomain": "my.test", "myorigin": "origin.test",
            "mydestination": random.pick(["", "origin.test, here"]),
            "local_recipient_maps": "", "virtual_alias_domains": "",
            "virtual_mailbox_domains": "box.test",
            "virtual_mailbox_maps": "inline:{ {john@box.test=x}, {anna@box.test=x}, {info@box.test=x} }",
            "append_dot_mydomain": random.pick(["yes", "no"]),
            "append_at_myorigin": random.pick(["yes", "yes", "no"]),
            "recipient_delimiter": random.pick(["", "+", "+-"]),
            "propagate_unmatched_extensions": random.pick(["canonical, virtual", "virtual", "canonical", ""]),
            "masquerade_domains": random.pick([
                "", "masq.test", "!in.masq.test masq.test", "in.masq.test, Masq.Test",
            ]),
            "masquerade_exceptions": random.pick(["", "root", "root, mixed"]),
            "enable_original_recipient": random.pick(["yes", "yes", "no"]),
            "undisclosed_recipients_header": random.pick(["", "To: undisclosed-recipients:;"]),
            "always_bcc": random.pick(["", "", "archive", "john+all@far.test"]),
            "reject_unlisted_alias_target": "no",
            "smtpd_relay_restrictions": "permit_mynetworks, reject_unauth_destination",
        ]
        let isRemote = random.chance(25)
        if isRemote {
            mainCf["local_header_rewrite_clients"] = ""
            mainCf["remote_header_rewrite_domain"] = random.pick(["", "invalid.test", "invalid.test"])
            // A stranger's message passes as it is; Postfix drops fields from it too.
            if mainCf["remote_header_rewrite_domain"] == "" { mainCf["message_drop_headers"] = "" }
        }
        var leavesOutEnvelope = false
        for name in ["canonical", "sender_canonical", "recipient_canonical"] where random.chance(70) {
            let isCommon = name == "canonical"
            mainCf["\(name)_maps"] = "texthash:$config_directory/\(name)"
            files[name] = Self.table(&random, suffix: isCommon ? "c" : name == "sender_canonical" ? "s" : "r")
            if random.chance(50) {
                let side = isCommon ? "" : name == "sender_canonical" ? "sender" : "recipient"
                let chosen = classes(&random, of: side)
                mainCf["\(name)_classes"] = chosen.joined(separator: ", ")
                if name != "sender_canonical", !chosen.contains("envelope_recipient") {
                    leavesOutEnvelope = true
                }
            }
        }
        if random.chance(50) { mainCf["masquerade_classes"] = classes(&random).joined(separator: ", ") }
        for name in ["sender_bcc", "recipient_bcc"] where random.chance(60) {
            mainCf["\(name)_maps"] = "texthash:$config_directory/\(name)"
            files[name] = Self.copies(&random)
        }
        mainCf["virtual_alias_maps"] = "texthash:$config_directory/virtual"
        files["virtual"] = """
            jack@far.test jim@far.test, joe@far.test
            joan@far.test jim@far.test
            archive@origin.test store@far.test
            info@cat.test info@box.test
            listed@far.test listed@far.test, anna@box.test

            """
        isEnvelopeLeftOut = leavesOutEnvelope
        for number in 0..<count { messages.append(RewritingMessage(number: number, &random)) }
    }

    /// Keys that addresses have, and answers that no key of the same table has: `…c@out.test`.
    private static func table(_ random: inout SeededGenerator, suffix: String) -> String {
        var lines: [String: String] = [:]
        for _ in 0..<12 {
            let user = random.pick(users.filter { !$0.contains(" ") })
            let domain = random.pick(domains)
            let key = random.pick(["\(user)@\(domain)", "\(user)@\(domain)", user, "\(user)+tag@\(domain)"])
            lines[key.lowercased()] = random.pick([
                "\(user)\(suffix)@out.test", "\(user)\(suffix)", "\"quo ted \(suffix)\"@out.test",
                "Some One <\(user).\(suffix)@Out.Test>", "\(user)@h.masq.test", "@other\(suffix).test",
                "\(user)\(suffix)@a.masq.test",
            ])
        }
        if random.chance(30) {
            lines["@cat.test"] = random.pick(["@dog\(suffix).test", "all\(suffix)@out.test"])
        }
        lines["twice@far.test"] = "once\(suffix)@far.test"
        lines["once\(suffix)@far.test"] = "finally\(suffix)@far.test"
        lines["self@far.test"] = "self@far.test"
        return lines.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
    }

    private static func copies(_ random: inout SeededGenerator) -> String {
        var lines: [String: String] = ["@cat.test": "cats@far.test"]
        for _ in 0..<8 {
            let key = "\(random.pick(users.filter { !$0.contains(" ") }))@\(random.pick(domains))"
            lines[key.lowercased()] = random.pick([
                "copy@far.test", "jack@far.test", "bare", "john+copy@far.test", "john@a.masq.test",
                "john@far.test",
            ])
        }
        return lines.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
    }
}

/// One message: envelope and header fields.
struct RewritingMessage: Sendable {
    let number: Int
    var sender: String
    var recipients: [String]
    /// `Name: body` with its folds.
    var fields: [String] = []

    init(number: Int, _ random: inout SeededGenerator) {
        self.number = number
        sender = random.chance(10) ? "" : Self.address(&random)
        recipients = (0..<random.pick([1, 1, 2, 3])).map { _ in Self.address(&random) }
        var names = [
            "From", "To", "Cc", "Reply-To", "Sender", "Errors-To", "Return-Receipt-To", "Mail-Followup-To",
        ]
        names += ["Disposition-Notification-To", "Apparently-To", "Bcc", "Subject", "X-To", "Delivered-To"]
        names += ["Message-ID", "Date", "Comments"]
        if random.chance(25) {
            names += [
                "Resent-From", "Resent-To", "Resent-Cc", "Resent-Bcc", "Resent-Reply-To", "Resent-Sender",
            ]
            names += ["Resent-Date", "Resent-Message-Id", "Return-Path"]
        }
        for _ in 0..<random.pick([0, 1, 2, 3, 5, 8]) {
            let name = random.pick(names)
            let spelled = random.pick([name, name, name.lowercased(), name.uppercased()])
            fields.append("\(spelled):\(random.pick([" ", " ", "", "\r\n "]))\(Self.body(&random))")
        }
    }

    static func address(_ random: inout SeededGenerator) -> String {
        var user = random.pick(
            RewritingSetup.users + ["john", "jack", "twice", "self", "joan", "listed", "archive", "nobody"])
        if random.chance(20) { user += random.pick(["+tag", "+other", "-x"]) }
        if random.chance(10) { user = user.uppercased() }
        let needsQuotes = user.contains(" ")
        let quoted = needsQuotes ? "\"\(user)\"" : user
        if random.chance(10), !needsQuotes { return quoted }
        return "\(quoted)@\(random.pick(RewritingSetup.domains + ["far.test", "far.test"]))"
    }

    /// What an address field may hold, right and odd.
    private static func body(_ random: inout SeededGenerator) -> String {
        let pieces = (0..<random.pick([1, 1, 1, 2, 3, 6, 12])).map { _ in piece(&random) }
        return pieces.joined(separator: random.pick([", ", ", ", ",", ",\r\n\t", " , \r\n  "]))
    }

    private static func piece(_ random: inout SeededGenerator) -> String {
        let address = address(&random)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<35: return address
        case 35..<50: return "John Doe <\(address)>"
        case 50..<58: return "\"Doe, John\" <\(address)> (home (sweet) home)"
        case 58..<64: return "\(address) (a comment)"
        case 64..<70: return "Team: \(address), \(Self.address(&random));"
        case 70..<73: return "undisclosed-recipients:;"
        case 73..<77: return "=?utf-8?q?J=C3=B6rg?= <\(address)>"
        case 77..<80: return "Jörg <\(address)>"
        case 80..<83: return "host!\(random.pick(["john", "anna"]))"
        case 83..<86: return "john%\(random.pick(["far.test", "here"]))"
        case 86..<88: return "<@relay.test:john@far.test>"
        case 88..<90: return "john@far.test."
        case 90..<92: return "john (in) @ (between) far . test"
        case 92..<94: return "john anna"
        case 94..<95: return "<>"
        case 95..<96: return "(nobody)"
        case 96..<97: return "\"\""
        case 97..<98: return "john@[192.0.2.1]"
        case 98..<99: return "a..b@far.test"
        default: return ";, <john> root"
        }
    }

    /// The message as a client sends it.
    var content: String {
        "X-Case: \(number)\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\nbody of \(number)\r\n"
    }
}
