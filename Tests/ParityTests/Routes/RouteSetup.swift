import MailFormat
import Peers

/// Routes made up from a seed: transports, relay hosts, who has moved, and who asks. The same files go to Postfix
/// and to Martlet.
struct RouteSetup {
    static let domains = [
        "here.test", "mx.here.test", "ali.test", "box.test", "sub.box.test", "rel.test", "a.rel.test",
        "far.test", "sub.far.test", "a.b.far.test", "other.test",
    ]
    static let users = ["john", "anna", "jim", "john doe", "postmaster", "x-y", "moved", "who", "nobody"]
    private static let transports = [
        "smtp", "smtp:", "smtp:[a.test]:26", "lmtp:unix:private/l", "relay:hop", ":", ":onlyhop", "discard:",
        "discard:gone", "error:", "error:5.7.1 not here", "error:4.2.2 odd", "error:5.1.2 no host",
        "error:plain words", "error:5.1.7 bad", "error:  5.1.4   much space", "retry:", "retry:4.1.8 later",
        "retry:5.1.6 later", "uucp", "local:elsewhere", "error:5.1 short", "error:6.1.1 unknown class",
    ]

    struct Question {
        let sender: ReversePath
        let address: MailAddress
    }

    private(set) var parameters: [String: String] = [
        "myhostname": "mx.here.test", "myorigin": "here.test", "mydestination": "here.test, mx.here.test",
        "virtual_alias_domains": "ali.test", "virtual_mailbox_domains": "box.test, sub.box.test",
        "relay_domains": "rel.test", "append_dot_mydomain": "no",
        "smtpd_relay_restrictions": "permit_mynetworks, reject_unauth_destination",
    ]
    private(set) var files: [String: String] = [:]
    private(set) var questions: [Question] = []

    init(_ random: inout SeededGenerator, questions count: Int) {
        parameters["recipient_delimiter"] = random.pick(["", "+", "+-", "-"])
        for name in ["local_transport", "virtual_transport", "relay_transport", "default_transport"]
        where random.chance(40) {
            parameters[name] = random.pick([
                "smtp", "lmtp:unix:private/x", "relay:[hop]", "error:5.3.2 closed", "smtp:",
            ])
        }
        if random.chance(50) { parameters["relayhost"] = random.pick(["[hub.test]", "hub.test:26"]) }
        if random.chance(30) { parameters["show_user_unknown_table_name"] = "no" }
        if random.chance(30) { parameters["unknown_virtual_alias_reject_code"] = "450" }
        if random.chance(30) { parameters["unknown_virtual_mailbox_reject_code"] = "450" }
        if random.chance(30) { parameters["allow_min_user"] = "yes" }
        if random.chance(30) { parameters["allow_untrusted_routing"] = "yes" }
        if random.chance(70) { parameters["smtpd_reject_unlisted_sender"] = "yes" }
        if random.chance(30) { parameters["smtpd_reject_unlisted_recipient"] = "no" }
        if random.chance(20) { parameters["smtpd_delay_reject"] = "no" }
        if random.chance(40) { parameters["local_recipient_maps"] = "" }
        if random.chance(40) {
            parameters["parent_domain_matches_subdomains"] = "relay_domains, transport_maps"
        }
        if random.chance(30) { parameters["empty_address_relayhost_maps_lookup_key"] = "nobody@null.test" }
        if random.chance(30) { parameters["empty_address_default_transport_maps_lookup_key"] = "null" }

        addMap("transport_maps", "transport", percent: 85, transports(&random), &random)
        addMap("relocated_maps", "relocated", percent: 70, relocations(&random), &random)
        addMap(
            "sender_dependent_relayhost_maps", "relayhosts", percent: 70,
            bySender(["[one.test]", "two.test:26", "DUNNO", "dunno", "[three.test]"], &random), &random)
        addMap(
            "sender_dependent_default_transport_maps", "defaults", percent: 70,
            bySender(["smtp:[d.test]", "relay", "DUNNO", "error:5.7.0 not you", "retry:wait"], &random),
            &random)
        addMap(
            "virtual_mailbox_maps", "boxes", percent: 80, users(at: ["box.test", "sub.box.test"], &random),
            &random)
        addMap("virtual_alias_maps", "aliases", percent: 90, aliases(&random), &random)
        addMap("relay_recipient_maps", "relayed", percent: 50, users(at: ["rel.test"], &random), &random)
        if parameters["local_recipient_maps"] == nil, random.chance(50) {
            // As it is by default: users of the machine, and local aliases.
            parameters["local_recipient_maps"] = "proxy:unix:passwd.byname $alias_maps"
            addMap(
                "alias_maps", "localaliases", percent: 100, [("anna", "x"), ("x-y", "x"), ("jim+tag", "x")],
                &random)
        } else if parameters["local_recipient_maps"] == nil {
            addMap("local_recipient_maps", "locals", percent: 100, [("john", "x"), ("jim", "x")], &random)
        }
        for _ in 0..<count {
            questions.append(Question(sender: sender(&random), address: address(&random)))
        }
    }

    private mutating func addMap(
        _ parameter: String, _ file: String, percent: Int, _ entries: [(String, String)],
        _ random: inout SeededGenerator
    ) {
        guard random.chance(percent) else { return }
        parameters[parameter] = "texthash:DIRECTORY/\(file)"
        var seen: Set<String> = []
        files[file] = entries.filter { seen.insert($0.0.lowercased()).inserted }
            .map { "\($0.0) \($0.1)\n" }.joined()
    }

    private func key(_ random: inout SeededGenerator) -> String {
        let user = random.pick(Self.users.filter { !$0.contains(" ") })
        let tag = random.chance(20) ? random.pick(["+tag", "-tag"]) : ""
        return "\(user)\(tag)@\(random.pick(Self.domains))"
    }

    private func transports(_ random: inout SeededGenerator) -> [(String, String)] {
        var entries: [(String, String)] = []
        for _ in 0..<16 {
            let domain = random.pick(Self.domains)
            let key = random.pick([key(&random), domain, ".\(domain)", ".test", "b.far.test", ".b.far.test"])
            entries.append((key, random.pick(Self.transports)))
        }
        if random.chance(40) { entries.append(("*", random.pick(Self.transports))) }
        return entries
    }

    private func relocations(_ random: inout SeededGenerator) -> [(String, String)] {
        let places = ["new@far.test", "5.7.1 unknown place", "the moon, by rocket"]
        var entries = (0..<5).map { _ in (key(&random), random.pick(places)) }
        entries.append(("moved", random.pick(places)))
        if random.chance(30) { entries.append(("@\(random.pick(Self.domains))", random.pick(places))) }
        return entries
    }

    private func bySender(_ values: [String], _ random: inout SeededGenerator) -> [(String, String)] {
        var entries = (0..<8).map { _ in (key(&random), random.pick(values)) }
        for key in ["<>", "nobody@null.test", "null", "john", "@far.test", "@box.test", "@null.test"]
        where random.chance(40) {
            entries.append((key, random.pick(values)))
        }
        return entries
    }

    private func users(at domains: [String], _ random: inout SeededGenerator) -> [(String, String)] {
        var entries: [(String, String)] = []
        for domain in domains {
            for user in Self.users where !user.contains(" ") && random.chance(60) {
                entries.append(("\(user)@\(domain)", "x"))
            }
        }
        return entries.isEmpty ? [("one@\(domains[0])", "x")] : entries
    }

    /// To where they are always known: what becomes of other targets is another test's.
    private func aliases(_ random: inout SeededGenerator) -> [(String, String)] {
        (0..<8).map { _ in (key(&random), "safe@unrouted.invalid") } + [
            ("who@ali.test", "safe@unrouted.invalid")
        ]
    }

    private func address(_ random: inout SeededGenerator) -> MailAddress {
        var user = random.pick(Self.users)
        if random.chance(20) { user += random.pick(["+tag", "-tag", "+x"]) }
        if random.chance(10) { user = user.uppercased() }
        if random.chance(4) { user = "-\(user)" }
        if random.chance(5), !user.contains(" ") { user = "\(user)%\(random.pick(Self.domains))" }
        var domain = random.pick(Self.domains)
        if random.chance(10) { domain = domain.uppercased() }
        return MailAddress(localPart: user, domain: random.chance(3) ? "[127.0.0.1]" : domain)
    }

    private func sender(_ random: inout SeededGenerator) -> ReversePath {
        if random.chance(20) { return .null }
        var sender = address(&random)
        if sender.localPart.contains("%") { sender.localPart = "john" }
        return .address(sender)
    }
}
