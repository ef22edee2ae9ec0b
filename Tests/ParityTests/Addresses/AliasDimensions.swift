import Peers

/// virtual_alias_maps: who stands for whom.
extension AddressDimension {
    static let aliases = make { setup, random in
        for domain in setup.everyDomain {
            for user in setup.users where random.chance(setup.alias.contains(domain) ? 45 : 16) {
                // Postfix expands an alias only where its key is quoted as on the wire.
                setup.aliasEntries.append(
                    (AddressSetup.quoted(user, domain).lowercased(), setup.targets(of: user, domain, &random))
                )
            }
            if random.chance(50), let first = setup.delimiter.first {
                let user = random.pick(["john", "anna", "info"])
                setup.aliasEntries.append(
                    ("\(user)\(first)vip@\(domain)", setup.targets(of: user, domain, &random)))
            }
        }
        for user in setup.users where random.chance(15) && AddressSetup.isPlain(user) {
            setup.aliasEntries.append((user.lowercased(), setup.targets(of: user, setup.local[0], &random)))
        }
        if setup.parameters["virtual_alias_domains"] == nil {
            setup.aliasEntries += setup.alias.map { ($0, "a-domain") }
        }
    }

    static let catchalls = make { setup, random in
        for domain in setup.everyDomain where random.chance(25) {
            setup.aliasEntries.append(
                (
                    "@\(domain)",
                    random.pick([
                        "john@box1.test", "@box2.test", "@\(domain)", "nobody@box1.test", "@ali2.test",
                        "far@far.test",
                        "john@\(domain)", "@rel1.test", "john", "anna+caught@box1.test",
                    ])
                ))
        }
    }

    /// Ways that never end, and ways that only look so.
    static let aliasShapes = make { setup, random in
        var shaped: [(key: String, value: String)] = [
            ("loop1@ali1.test", "loop2@ali1.test"), ("loop2@ali1.test", "loop1@ali1.test"),
            ("fan1@ali1.test", "john@box1.test, fan2@ali1.test"),
            ("fan2@ali1.test", "anna@box1.test, fan1@ali1.test"),
            ("round1@ali1.test", "round2@ali1.test, x@far.test"),
            ("round2@ali1.test", "round1@ali1.test, round2@ali1.test"),
            ("both@ali1.test", "left@ali1.test, right@ali1.test"), ("left@ali1.test", "john@box1.test"),
            ("right@ali1.test", "JOHN@box1.test, x@far.test"), ("grow@ali1.test", "grow+x@ali1.test"),
            ("empty@ali1.test", ","),
            ("long@ali1.test", String(repeating: "x", count: 60) + "@far.test"),
            ("wide@ali1.test", (0..<30).map { "w\($0)@far.test" }.joined(separator: ",")),
        ]
        for level in 0..<12 {
            shaped.append(
                ("deep\(level)@ali1.test", level == 11 ? "x@far.test" : "deep\(level + 1)@ali1.test"))
        }
        setup.aliasEntries += shaped
        setup.shapes = shaped.map(\.key)
    }

    /// `regexp:` and `pcre:`, which are asked for whole addresses alone, and put parts of them into their answers.
    static let aliasPatterns = make { setup, random in
        guard random.chance(25) else { return }
        let rules = [
            ("/^([a-z0-9.+=-]+)-sub@ali1\\.test$/", "$1@box1.test"),
            ("/^(john|anna)\\+(.*)@(box1|ali1)(.*)$/", "$1@$3$4"),
            ("/^list\\.([a-z]+)@(box|ali)([12])\\.test$/", "${1}@box$3.test, jim"),
            ("/^\"(.*) (.*)\"@box1\\.test$/", "$1.$2@far.test"),
            ("/^sales-([a-z]*)@/", "$1@rel1.test, sales-$(1)@far.test"),
            ("/^(.*)@ali2\\.test$/", "$1@box2.test"), ("/^([kl])@home\\.test$/", "$1$1@far.test"),
            ("/^ghost@(.+)$/", "ghost@$1, john@box1.test"), ("/^info$/", "nobody@far.test"),
            ("!/@.*test\\.?$/", "odd@far.test"), ("/^JIM@box2/", "jim@$$1.test"),
        ]
        setup.aliasPatterns = rules.filter { _ in random.chance(40) }
    }

    static let aliasLimits = make { setup, random in
        if random.chance(20) {
            setup.parameters["virtual_alias_recursion_limit"] = "\(Int.random(in: 4...14, using: &random))"
        }
        if random.chance(20) {
            setup.parameters["virtual_alias_expansion_limit"] = "\(Int.random(in: 3...40, using: &random))"
        }
        if random.chance(20) { setup.parameters["virtual_alias_address_length_limit"] = "50" }
    }

    /// Puts the aliases into a text file and a database; a key may be in both.
    static let aliasTables = make { setup, random in
        var file: [(key: String, value: String)] = []
        var rows: [(key: String, value: String)] = []
        var inFile: Set<String> = []
        for (key, value) in setup.aliasEntries {
            let isPlain = !key.utf8.contains(UInt8(ascii: " ")) && !key.utf8.contains(UInt8(ascii: "\""))
            if random.chance(50), isPlain, inFile.insert(key).inserted {
                file.append((key, value))
            } else if random.chance(50), !value.utf8.contains(where: { "\"(".utf8.contains($0) }),
                value.count > 1
            {
                // A row a target, as the guide has it.
                for target in value.split(separator: ",") {
                    let trimmed = target.trimmingPrefix { $0 == " " }
                    rows.append((key, String(trimmed.reversed().trimmingPrefix { $0 == " " }.reversed())))
                }
            } else {
                rows.append((key, value))
            }
        }
        var tables = [setup.table("aliases", file, in: .text), setup.table("aliasrows", rows, in: .database)]
        if random.chance(30) { tables.reverse() }
        if !setup.aliasPatterns.isEmpty {
            let store: AddressSetup.Store = random.chance(50) ? .expressions : .perl
            tables.insert(
                setup.table("aliaspatterns", setup.aliasPatterns, in: store),
                at: Int.random(in: 0...2, using: &random))
        }
        setup.parameters["virtual_alias_maps"] =
            random.chance(5)
            ? "unionmap:{\(tables.joined(separator: ", "))}" : tables.joined(separator: ", ")
    }
}

extension AddressSetup {
    /// An alias's value, in the ways people write them.
    func targets(of user: String, _ domain: String, _ random: inout SeededGenerator) -> String {
        // `@other` is one target or none: Postfix makes one address of it and of what follows.
        if random.chance(5) { return "@\(random.pick(mailbox + alias))" }
        let count = random.pick([1, 1, 1, 2, 3])
        var targets = (0..<count).map { _ in target(of: user, domain, &random) }
        if targets.count > 1, random.chance(20) { return "list: " + targets.joined(separator: ", ") + ";" }
        if random.chance(10) { targets[0] += " (a comment)" }
        return targets.joined(separator: random.pick([", ", ",", ", "]))
    }

    private func target(of user: String, _ domain: String, _ random: inout SeededGenerator) -> String {
        let name = random.pick(users)
        let quoted = Self.quoted(name)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<40: return "\(quoted)@\(random.pick(mailbox))"
        case 40..<48: return "\(quoted)@\(random.pick(alias))"
        case 48..<60: return Self.quoted(user, domain)
        case 60..<68: return "\(quoted)@\(random.pick(far))"
        case 68..<73: return "\(quoted)@\(random.pick(relay + ["deep.rel1.test"]))"
        case 73..<78: return Self.isPlain(name) ? name : "jim"
        case 78..<88: return "\(name.uppercased().filter { $0.isLetter })@BOX1.Test"
        case 88..<91: return "Some One <\(quoted)@\(random.pick(mailbox))>"
        case 91..<94 where !delimiter.isEmpty: return "john\(delimiter.prefix(1))tag@\(random.pick(mailbox))"
        case 94..<95: return "jim%\(random.pick(mailbox))"
        case 95..<96: return "\(random.pick(mailbox))!jim"
        case 96..<97: return "jim@home.test."
        case 97..<98: return "jim@short"
        default: return "nobody@\(random.pick(mailbox))"
        }
    }
}
