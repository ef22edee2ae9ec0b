import Peers

/// Which domains are whose, and who is known there.
extension AddressDimension {
    static let localDomains = make { setup, random in
        setup.parameters["mydestination"] =
            random.chance(6) ? "" : setup.list("mydestination", setup.local, &random)
        let known = AddressSetup.plainUsers.filter { _ in random.chance(60) }.map { $0.lowercased() }
        switch Int.random(in: 0..<12, using: &random) {
        case 10:
            let rules = [("/^j/", "here"), ("/^anna@home\\.test$/", "here"), ("/@mx\\./", "here")]
            setup.parameters["local_recipient_maps"] = setup.table("locals", rules, in: .expressions)
        case 0:
            setup.parameters["local_recipient_maps"] = ""
        case 1, 2:
            setup.parameters["alias_maps"] = setup.table("locals", known, in: .text)
            setup.parameters["local_recipient_maps"] = "proxy:unix:passwd.byname $alias_maps"
        case 3:
            let keys = known + ["@home.test", "john@mx.home.test", "jim+vip@home.test"]
            setup.parameters["local_recipient_maps"] = setup.table("locals", keys, in: .text)
        default:
            setup.parameters["local_recipient_maps"] = setup.table("locals", known, in: .text)
        }
    }

    static let aliasDomains = make { setup, random in
        // Otherwise virtual_alias_maps themselves name the domains: see `aliases`.
        guard random.chance(60) else { return }
        setup.parameters["virtual_alias_domains"] = setup.list("aliasdomains", setup.alias, &random)
    }

    static let mailboxDomains = make { setup, random in
        var keys: [String] = []
        for domain in setup.mailbox {
            for user in setup.users where random.chance(60) {
                let lower = user.lowercased()
                keys.append("\(random.chance(50) ? AddressSetup.quoted(lower) : lower)@\(domain)")
            }
            if random.chance(20) { keys.append("john+kept@\(domain)") }
            if random.chance(20) { keys.append("john-vip@\(domain)") }
        }
        if random.chance(15) { keys.append("@\(setup.mailbox[1])") }
        // A key that needs quotes cannot stand in a text file.
        let store: AddressSetup.Store = random.chance(60) ? .database : .text
        if store == .text { keys.removeAll { !AddressSetup.isPlain(String($0.prefix { $0 != "@" })) } }
        if store == .text, random.chance(30) { keys += setup.mailbox }
        let isListed = !keys.contains(setup.mailbox[0]) || random.chance(50)
        let table = setup.table("mailboxes", keys, in: store)
        setup.parameters["virtual_mailbox_maps"] = store == .database ? "proxy:\(table)" : table
        guard isListed else { return }
        setup.parameters["virtual_mailbox_domains"] = setup.list("mailboxdomains", setup.mailbox, &random)
        if random.chance(3) { setup.parameters["virtual_mailbox_maps"] = "" }
    }

    static let relayDomains = make { setup, random in
        switch Int.random(in: 0..<4, using: &random) {
        case 0: setup.parameters["relay_domains"] = "!no.rel1.test, rel1.test, rel2.test"
        default: setup.parameters["relay_domains"] = setup.list("relaydomains", setup.relay, &random)
        }
        if random.chance(25) {
            setup.parameters["parent_domain_matches_subdomains"] = random.pick([
                "", "transport_maps", "relay_domains", "fast_flush_domains, transport_maps, relay_domains",
            ])
        }
        if random.chance(10) { setup.parameters["relay_domains", default: ""] += ", .rel1.test" }
        guard random.chance(60) else { return }
        var keys: [String] = []
        for domain in setup.relay + ["deep.rel1.test"] {
            for user in AddressSetup.plainUsers where random.chance(60) {
                keys.append("\(user.lowercased())@\(domain)")
            }
        }
        if random.chance(20) { keys.append("@rel2.test") }
        setup.parameters["relay_recipient_maps"] = setup.table("relayed", keys, in: .text)
    }

    /// A domain in two lists takes the first class.
    static let twiceListed = make { setup, random in
        let list = setup.parameters["mydestination", default: ""]
        guard random.chance(15), !list.isEmpty, !list.contains(":") else { return }
        setup.parameters["mydestination", default: ""] +=
            ", \(random.pick(setup.alias + setup.mailbox + setup.relay))"
    }

    /// transport_maps: by address, by domain, by parent, for all.
    static let transports = make { setup, random in
        guard random.chance(60) else { return }
        setup.sinkNames += ["one", "two"]
        var entries: [String: String] = [:]
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let domain = random.pick(setup.everyDomain + ["deep.rel1.test"])
            let user = setup.plainUser(&random).lowercased()
            let key = random.pick([
                domain, domain, ".\(domain)", "\(user)@\(domain)", "\(user)@\(domain)",
                "\(user)+vip@\(domain)", "*", ".test",
            ])
            entries[key] = random.pick([
                "lmtp:unix:\(AddressSetup.sinks)/one", "lmtp:unix:\(AddressSetup.sinks)/two",
                ":unix:\(AddressSetup.sinks)/one", ":", "error:5.7.0 not any more", "error:gone",
                "retry:4.3.1 come back later", "error:4.2.1 not now", "lmtp:unix:\(AddressSetup.sinks)/two",
            ])
        }
        let table = setup.table(
            "transports", entries.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
            in: random.chance(70) ? .text : .database)
        let rules = [
            ("/^(one|two)@/", "lmtp:unix:\(AddressSetup.sinks)/$1"),
            ("/^anna(\\+.*)?@(.*)$/", ":unix:\(AddressSetup.sinks)/one"),
            ("/@sub\\.(.*)$/", "error:5.7.0 gone"),
        ]
        setup.parameters["transport_maps"] =
            random.chance(85)
            ? table : "\(setup.table("transportpatterns", rules, in: .expressions)) \(table)"
    }
}
