import Peers

/// A directory, maps that ask it, and keys: every corner of ldap_table(5).
struct GeneratedDirectory {
    var generator: SeededGenerator

    private static let locals = [
        "jack", "John", "o'hara", "back\\slash", "per%cent", "quo\"te", "ünï", "STRAßE", "a@b", "", "*", "(",
        ")",
        "x)(cn=*", "*)(objectClass=*", "a,b", "a+b", "a;b", "<a>", "a=b", "#a", "\\2a", "\\", "two words",
        "日本", "+ext",
        "&|!", "~=", "p1", "p2", "team", "cn=p1",
    ]
    private static let domains = [
        "example.org", "EXAMPLE.ORG", "b.c", "x.y.z", "mail.sub.example.co.uk", "", "a..b", ".lead.org",
        "*.org",
        "trail.org.", "münchen.de", "localhost", "do,main", "1.2.3.4.5.6.7.8.9", "1.2.3.4.5.6.7.8.9.10",
        "example.test",
    ]
    private static let addresses = [
        "x", "u@d.e", "@f.g", "p@", "a,b", "100%", "%s", "ü@ö.de", "quote'\"", "back\\slash", "@", "a@b@c.d",
        "lmtp:unix:private/dovecot", "(p)", "*",
    ]

    mutating func key() -> String {
        switch generator.next() % 8 {
        case 0: generator.pick(Self.locals + Self.domains)
        case 1: "@" + generator.pick(Self.domains)
        case 2: "p\(Int.random(in: 0..<40, using: &generator))"
        default: generator.pick(Self.locals) + "@" + generator.pick(Self.domains)
        }
    }

    /// Different ones, also without case.
    mutating func keys(_ count: Int) -> [String] {
        var keys: [String: String] = [:]
        while keys.count < count {
            let key = key()
            if !key.isEmpty { keys[key.lowercased()] = key }
        }
        return keys.values.sorted()
    }

    /// Forty entries by number, that refer to each other, and one for each key.
    mutating func ldif(for keys: [String]) -> String {
        var text = LDAPServer.baseEntry
        let numbered = (0..<40).map { "p\($0)" }
        for name in numbered + keys where name.lowercased() == name || !numbered.contains(name.lowercased()) {
            if keys.contains(where: { $0 == name }), numbered.contains(name.lowercased()) { continue }
            text += LDAPServer.entry(name, attributes(of: name))
        }
        for name in numbered where keys.contains(name) {
            text += LDAPServer.entry(name, attributes(of: name))
        }
        return text
    }

    private mutating func attributes(of name: String) -> [(name: String, value: String)] {
        var attributes: Set<[String]> = [["mailacceptinggeneralid", name]]
        func some(_ most: Int, _ generator: inout SeededGenerator) -> Range<Int> {
            0..<Int.random(in: 0...most, using: &generator)
        }
        for _ in some(3, &generator) { attributes.insert(["maildrop", generator.pick(Self.addresses)]) }
        if generator.chance(30) {
            for _ in some(3, &generator) {
                attributes.insert(["memberaddr", generator.pick(Self.addresses + ["\0hidden", "cut\0tail"])])
            }
        }
        if generator.chance(30) { attributes.insert(["leafaddr", "leaf of \(name)"]) }
        if generator.chance(40) {
            for _ in some(3, &generator) { attributes.insert(["memberdn", reference()]) }
        }
        if generator.chance(30) { attributes.insert(["description", manyReference()]) }
        return attributes.sorted { $0.joined() < $1.joined() }.map { ($0[0], $0[1]) }
    }

    /// To one entry at most.
    private mutating func reference() -> String {
        let number = Int.random(in: 0..<44, using: &generator)
        let base = LDAPServer.base
        return generator.pick([
            "cn=p\(number),\(base)", "cn=p\(number),\(base)", "cn=p\(number),\(base)",
            "CN = P\(number), \(base)",
            "ldap:///cn=p\(number),\(base)", "ldap:///\(base)?maildrop?sub?(cn=p\(number))",
            "ldap://elsewhere/\(base)?MAILDROP,memberdn?one?(cn=p\(number))",
            "ldap:///\(base)?cn?sub?(cn=p\(number))",
            "ldap:///\(base)??sub?(cn=p\(number))", "ldap:///\(base)?maildrop;lang-de?sub?(cn=p\(number))",
        ])
    }

    private mutating func manyReference() -> String {
        let digit = Int.random(in: 0..<10, using: &generator)
        return generator.pick([
            "ldap:///\(LDAPServer.base)?maildrop?sub?(cn=p\(digit)*)",
            "ldap:///\(LDAPServer.base)?maildrop?one?(cn=*\(digit))",
            "ldap:///\(LDAPServer.base)?maildrop,memberaddr?sub?(|(cn=p1)(cn=p\(digit)))", "ldap://%%%",
            "no name at all",
            "ldap:///\(LDAPServer.base)?maildrop?sub?(((",
        ])
    }

    /// The settings of one map, save for the server.
    mutating func definition() -> String {
        var lines = ["search_base = \(searchBase())", "query_filter = \(filter())"]
        func sometimes(_ percent: Int, _ line: String) { if generator.chance(percent) { lines.append(line) } }
        let format = "result_format = \(resultFormat())"
        sometimes(40, format)
        let limit = generator.pick(["0", "1", "2", "3", "10"])
        sometimes(20, "expansion_limit = \(limit)")
        sometimes(10, "size_limit = \(limit)")
        // Entries here refer to each other in circles; Postfix takes its time to go round a thousand times.
        lines.append("recursion_limit = \(generator.pick(["1", "2", "3", "4", "5"]))")
        let scope = generator.pick(["sub", "one", "base", "SUB", "twig"])
        sometimes(15, "scope = \(scope)")
        let version = generator.pick(["3", "4"])
        sometimes(10, "version = \(version)")
        let domain = generator.pick([
            "example.org", "b.c, Example.ORG", "!b.c static:all", "static:all", "inline:{x.y.z=1, b.c=2}",
            "münchen.de example.org",
        ])
        sometimes(15, "domain = \(domain)")
        switch generator.next() % 4 {
        case 0:
            // Where a search has several entries, terminal and leaf attributes are another matter.
            lines[1] = "query_filter = (cn=%s)"
            lines += [
                "terminal_result_attribute = \(generator.pick(["", "memberaddr", "memberaddr maildrop"]))",
                "leaf_result_attribute = \(generator.pick(["", "leafaddr", "leafaddr, maildrop"]))",
                "result_attribute = \(generator.pick(["", "maildrop", "memberaddr", "cn"]))",
                "special_result_attribute = memberdn",
            ]
        case 1:
            lines.append(
                "special_result_attribute = \(generator.pick(["memberdn", "description", "memberdn description"]))"
            )
        default: break
        }
        if generator.chance(40), !lines.contains(where: { $0.hasPrefix("result_attribute") }) {
            let names = generator.pick([
                "maildrop, memberaddr", "cn", "memberaddr", "MAILDROP cn", "nothing", "*", "",
            ])
            lines.append("result_attribute = \(names)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private mutating func searchBase() -> String {
        let base = LDAPServer.base
        if generator.chance(60) { return base }
        return generator.pick([
            "cn=%s,\(base)", "cn=%u@%d,\(base)", "cn=%u,\(base)", "dc=%2,dc=%1", "dc=nonexistent,dc=test",
            "cn=%d,\(base)",
            "cn=%1,\(base)", "DC = example , DC = test", "", "no name", "cn=p1,\(base)",
        ])
    }

    private mutating func filter() -> String {
        if generator.chance(40) {
            return generator.pick(["(mailacceptinggeneralid=%s)", "(cn=%s)", "cn=%s"])
        }
        return generator.pick([
            "(|(cn=%u)(cn=%d))", "(&(objectClass=mailThing)(cn=%u@%d))", "(maildrop=%s)", "(maildrop=*%u*)",
            "(maildrop=%u*)",
            "(cn=%1)", "(cn=%2.%1)", "(|(cn=%s)(cn=p1*))", "(objectClass=mailThing)", "(cn=%%)",
            "(memberaddr=%s)", "(cn~=%s)",
            "(cn>=%S)", "(unknown=%s)", "(cn:caseExactMatch:=%s)", "(&(cn=%s)(!(cn=p1)))", "(cn=%s",
            "((cn=%s))", "cn",
            "(cn=%s)(cn=p2)", "(&)", "(|(cn=%D)(cn=%U))", "(cn=%9)", "( cn = %s )", "(cn=*%s*)", "(cn=%u*%d)",
        ])
    }

    private mutating func resultFormat() -> String {
        let parts = ["%s", "%u", "%d", "%S", "%U", "%D", "%1", "%2", "%%", "x", "@", "smtp:[%s]", ":", "ü"]
        return "f" + (0..<3).map { _ in generator.pick(parts) }.joined()
    }
}
