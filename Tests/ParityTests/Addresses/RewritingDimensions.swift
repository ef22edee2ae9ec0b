import Peers

/// What changes addresses, copies mail, or decides by the sender.
extension AddressDimension {
    /// canonical_maps and its sisters, for some kinds of addresses.
    static let canonical = make { setup, random in
        for name in ["canonical", "sender_canonical", "recipient_canonical"] where random.chance(25) {
            let entries = setup.mappings(Int.random(in: 2...12, using: &random), &random) { setup, random in
                random.pick([
                    "\(setup.plainUser(&random))@\(random.pick(setup.mailbox))",
                    "\(setup.plainUser(&random))@\(random.pick(setup.everyDomain))",
                    "@\(random.pick(setup.mailbox))", setup.plainUser(&random),
                ])
            }
            setup.parameters["\(name)_maps"] = setup.table(
                name, entries, in: random.chance(70) ? .text : .database)
            if random.chance(25) {
                let rules = [
                    ("/^(.*)@mx\\.home\\.test$/", "$1@home.test"), ("/^list\\.([a-z]+)@(.*)$/", "$1@$2"),
                    ("/^john\\+([a-z]*)@(.*)$/", "anna+$1@$2"), ("/^(k|l)@(.*)$/", "@box1.test"),
                    ("/^(postmaster|abuse)@/", "info@box1.test, nobody@box1.test"),
                    ("/^\"john (.*)\"@(.*)$/", "\"${1} john\"@box2.test"),
                ]
                let table = setup.table(
                    "\(name)patterns", rules.filter { _ in random.chance(50) },
                    in: random.chance(50) ? .expressions : .perl)
                setup.parameters["\(name)_maps", default: ""] += ", \(table)"
            }
            guard random.chance(50) else { continue }
            // Postfix takes mail for what stands in a table even where recipients are left as they are.
            let always = name == "sender_canonical" ? "envelope_sender" : "envelope_recipient"
            let kinds = [
                "sender_canonical": ["header_sender"], "recipient_canonical": ["header_recipient"],
                "canonical": ["envelope_sender", "header_sender", "header_recipient"],
            ]
            setup.parameters["\(name)_classes"] =
                ([always] + (kinds[name] ?? []).filter { _ in random.chance(50) }).joined(separator: ", ")
        }
    }

    static let masquerade = make { setup, random in
        guard random.chance(25) else { return }
        setup.parameters["masquerade_domains"] = random.pick([
            "home.test", "!sub.box1.test box1.test", "box1.test rel1.test",
            "sub.box1.test box1.test far.test",
        ])
        if random.chance(60) {
            setup.parameters["masquerade_classes"] = "envelope_sender, envelope_recipient, header_sender"
        }
        if random.chance(40) { setup.parameters["masquerade_exceptions"] = "john, info" }
    }

    static let copies = make { setup, random in
        func target(_ setup: AddressSetup, _ random: inout SeededGenerator) -> String {
            random.pick([
                "archive@far.test", "john@box1.test", "anna@home.test", "team@ali1.test", "jim",
                "archive+copy@rel2.test",
            ])
        }
        if random.chance(10) { setup.parameters["always_bcc"] = target(setup, &random) }
        for name in ["sender_bcc", "recipient_bcc"] where random.chance(15) {
            var entries = setup.mappings(Int.random(in: 2...8, using: &random), &random, target)
            if random.chance(50) {
                entries.removeAll { $0.key == "@far.test" }
                entries.append(("@far.test", target(setup, &random)))
            }
            setup.parameters["\(name)_maps"] = setup.table(name, entries, in: .text)
            if random.chance(20) {
                let rules = [
                    ("/^([a-z]+)@box1\\.test$/", "archive+$1@far.test"), ("/^(.*)@far\\.test$/", "jim"),
                ]
                setup.parameters["\(name)_maps", default: ""] +=
                    " \(setup.table("\(name)patterns", rules, in: .perl))"
            }
        }
    }

    /// relocated_maps: who has moved, and where to.
    static let relocated = make { setup, random in
        guard random.chance(25) else { return }
        let entries = setup.mappings(Int.random(in: 2...10, using: &random), &random) { _, random in
            random.pick(["new@moved.test", "somewhere else, by sea"])
        }
        setup.parameters["relocated_maps"] = setup.table("relocated", entries, in: .text)
        setup.statedReasons += ["User has moved to"]
    }

    /// The way out of mail for others, by who sends it.
    static let senderTransports = make { setup, random in
        guard random.chance(25) else { return }
        setup.sinkNames.append("three")
        let route = "lmtp:unix:\(AddressSetup.sinks)/three"
        let keys = [
            "someone@far.test", "@far.test", "john@box1.test", "@box1.test", "<>", "anna@home.test", "bob",
        ]
        setup.parameters["sender_dependent_default_transport_maps"] = setup.table(
            "sendertransports",
            keys.filter { _ in random.chance(50) }.map {
                ($0, random.pick([route, route, "DUNNO", "error:5.7.9 not from you"]))
            }, in: .text)
        setup.statedReasons.append("not from you")
    }

    static let unlistedSenders = make { setup, random in
        if random.chance(15) { setup.parameters["smtpd_reject_unlisted_sender"] = "yes" }
    }
}

extension AddressSetup {
    /// Entries for some users, each key once; now and then for a whole domain, or for a user of this machine.
    fileprivate func mappings(
        _ count: Int, _ random: inout SeededGenerator,
        _ value: (AddressSetup, inout SeededGenerator) -> String
    ) -> [(key: String, value: String)] {
        var entries: [(key: String, value: String)] = []
        for _ in 0..<count {
            let domain = random.pick(everyDomain)
            let user = plainUser(&random).lowercased()
            let key = random.pick([
                "\(user)@\(domain)", "\(user)@\(domain)", "\(user)@\(domain)", "@\(domain)", user,
            ])
            guard !entries.contains(where: { $0.key == key }) else { continue }
            entries.append((key, value(self, &random)))
        }
        return entries
    }
}
