import MailFormat
import Peers

/// A mail server made up from a seed: domains of every class, mailboxes, aliases of every kind, and the
/// addresses to ask for. The same files go to Postfix and to Martlet.
struct RecipientSetup {
    static let local = ["home.test", "mx.home.test"]
    static let alias = ["ali1.test", "ali2.test"]
    static let mailbox = ["box1.test", "box2.test", "sub.box1.test"]
    static let relay = ["rel1.test"]
    static let far = ["far.test", "sub.ali1.test", "box3.test"]
    static let users = [
        "john", "anna", "jim", "Jane", "o'hara", "j.r", "john doe", "a,b", "x\"y", "postmaster", "abuse",
        "info", "owner-list",
        "list-request", "mailer-daemon", "söhne", "k", "l", "m", "n", "p", "q",
    ]

    /// Lines of main.cf beyond the maps.
    var parameters: [String: String] = [:]
    var delimiter = ""
    /// Keys of virtual_alias_maps: the first table is a text file, the second is in the database.
    var fileAliases: [String: String] = [:]
    var databaseAliases: [(key: String, target: String)] = []
    var mailboxes: Set<String> = []
    var locals: Set<String> = []
    var relayed: Set<String> = []
    var addresses: [MailAddress] = []

    init(_ random: inout SeededGenerator, addresses count: Int) {
        delimiter = random.pick(["+", "+", "+-", "", "-"])
        parameters["recipient_delimiter"] = delimiter
        if random.chance(30) { parameters["propagate_unmatched_extensions"] = "canonical" }
        if random.chance(20) { parameters["show_user_unknown_table_name"] = "no" }
        if random.chance(20) { parameters["owner_request_special"] = "no" }
        if random.chance(30) { parameters["unknown_virtual_mailbox_reject_code"] = "450" }
        if random.chance(50) {
            parameters["virtual_alias_domains"] = Self.alias.joined(separator: ", ")
        } else {
            for domain in Self.alias { databaseAliases.append((domain, "a-domain")) }
        }
        if random.chance(50) { parameters["virtual_mailbox_domains"] = Self.mailbox.joined(separator: " ") }
        if random.chance(30) { parameters["relay_domains"] = "!no.rel1.test, rel1.test" }

        for domain in Self.mailbox {
            for user in Self.users where random.chance(80) {
                mailboxes.insert("\(Self.mixedForm(user, &random))@\(domain)")
            }
            if random.chance(15) { mailboxes.insert("john+kept@\(domain)") }
        }
        if random.chance(15) { mailboxes.insert("@\(Self.mailbox[1])") }
        for user in Self.users where random.chance(70) && Self.isPlain(user) {
            locals.insert(user.lowercased())
        }
        for user in Self.users where random.chance(70) && Self.isPlain(user) {
            relayed.insert("\(user.lowercased())@rel1.test")
        }
        makeAliases(&random)
        for _ in 0..<count { addresses.append(address(&random)) }
    }

    /// The key as tables hold it: quoted, or as it is.
    private static func mixedForm(_ user: String, _ random: inout SeededGenerator) -> String {
        let lower = user.lowercased()
        return random.chance(50) ? MailAddress(localPart: lower, domain: nil).quoted : lower
    }

    private static func isPlain(_ user: String) -> Bool {
        MailAddress(localPart: user, domain: nil).quoted == user && user.utf8.allSatisfy { $0 < 0x80 }
    }

    // MARK: Aliases

    private mutating func makeAliases(_ random: inout SeededGenerator) {
        let everywhere = Self.local + Self.alias + Self.mailbox + Self.relay + Self.far
        for domain in everywhere {
            for user in Self.users where random.chance(domain.hasPrefix("ali") ? 55 : 22) {
                // Postfix expands an alias only where its key is quoted as on the wire.
                add(
                    MailAddress(localPart: user, domain: domain).quoted, targets(of: user, domain, &random),
                    &random)
            }
            if random.chance(20) {
                add(
                    "@\(domain)",
                    random.pick([
                        "john@box1.test", "@box2.test", "@\(domain)", "nobody@box1.test", "@ali2.test",
                        "far@far.test",
                    ]),
                    &random)
            }
            if random.chance(40), !delimiter.isEmpty {
                let tag = String(delimiter.prefix(1)) + "vip"
                add(
                    "\(random.pick(["john", "anna", "info"]))\(tag)@\(domain)",
                    targets(of: "john", domain, &random), &random)
            }
        }
        for user in Self.users where random.chance(20) && Self.isPlain(user) {
            add(user.lowercased(), targets(of: user, Self.local[0], &random), &random)
        }
        // Ways that never end, and ways that only look so.
        add("loop1@ali1.test", "loop2@ali1.test", &random)
        add("loop2@ali1.test", "loop1@ali1.test", &random)
        add("fan1@ali1.test", "john@box1.test, fan2@ali1.test", &random)
        add("fan2@ali1.test", "anna@box1.test, fan1@ali1.test", &random)
        add("round1@ali1.test", "round2@ali1.test, x@far.test", &random)
        add("round2@ali1.test", "round1@ali1.test, round2@ali1.test", &random)
        add("both@ali1.test", "left@ali1.test, right@ali1.test", &random)
        add("left@ali1.test", "john@box1.test", &random)
        add("right@ali1.test", "JOHN@box1.test, x@far.test", &random)
        add("deep0@ali1.test", "deep1@ali1.test", &random)
        for level in 1..<12 {
            add("deep\(level)@ali1.test", level == 11 ? "x@far.test" : "deep\(level + 1)@ali1.test", &random)
        }
    }

    private mutating func add(_ key: String, _ value: String, _ random: inout SeededGenerator) {
        let key = key.lowercased()
        // A key with white space or a quote in the wrong place cannot stand in a text file.
        if random.chance(50), !key.utf8.contains(UInt8(ascii: " ")), !key.utf8.contains(UInt8(ascii: "\"")) {
            fileAliases[key] = value
        } else if random.chance(50), !value.utf8.contains(UInt8(ascii: "\"")),
            !value.utf8.contains(UInt8(ascii: "("))
        {
            // A row a target, as the guide has it.
            for target in value.split(separator: ",") {
                databaseAliases.append((key, target.trimmed))
            }
        } else {
            databaseAliases.append((key, value))
        }
    }

    private func targets(of user: String, _ domain: String, _ random: inout SeededGenerator) -> String {
        // `@other` is one target or none: Postfix makes one address of it and of what follows.
        if random.chance(5) { return "@\(random.pick(Self.mailbox + Self.alias))" }
        let count = random.pick([1, 1, 1, 2, 3])
        var targets = (0..<count).map { _ in target(of: user, domain, &random) }
        if targets.count > 1, random.chance(20) { return "list: " + targets.joined(separator: ", ") + ";" }
        if random.chance(10) { targets[0] += " (a comment)" }
        return targets.joined(separator: random.pick([", ", ",", ", "]))
    }

    private func target(of user: String, _ domain: String, _ random: inout SeededGenerator) -> String {
        let name = random.pick(Self.users)
        let quoted = MailAddress(localPart: name, domain: nil).quoted
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<40: return "\(quoted)@\(random.pick(Self.mailbox))"
        case 40..<48: return "\(quoted)@\(random.pick(Self.alias))"
        case 48..<62: return MailAddress(localPart: user, domain: domain).quoted
        case 62..<70: return "\(quoted)@\(random.pick(Self.far))"
        case 70..<75: return "\(quoted)@\(random.pick(Self.relay))"
        case 75..<80: return Self.isPlain(name) ? name : "jim"
        case 80..<90: return "\(name.uppercased().filter { $0.isLetter })@BOX1.Test"
        case 90..<94: return "Some One <\(quoted)@\(random.pick(Self.mailbox))>"
        case 94..<97 where !delimiter.isEmpty:
            return "john\(delimiter.prefix(1))tag@\(random.pick(Self.mailbox))"
        default: return "nobody@\(random.pick(Self.mailbox))"
        }
    }

    // MARK: Addresses

    private func address(_ random: inout SeededGenerator) -> MailAddress {
        let domains =
            Self.local + Self.alias + Self.alias + Self.mailbox + Self.mailbox + Self.relay + Self.far
        var domain = random.pick(domains)
        var user = random.pick(
            Self.users + Self.users + [
                "nobody", "loop1", "fan1", "fan2", "round1", "round2", "both", "deep0", "deep5", "ghost",
                "MAILER-DAEMON",
            ])
        if ["loop1", "fan1", "fan2", "round1", "round2", "both", "deep0", "deep5"].contains(user) {
            domain = "ali1.test"
        }
        if random.chance(25) { user += random.pick(["+tag", "+vip", "-vip", "+", "-x-y", "+a+b", "+kept"]) }
        if random.chance(20) { user = random.chance(50) ? user.uppercased() : user.lowercased() }
        if random.chance(15) { domain = random.chance(50) ? domain.uppercased() : domain + "." }
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<5: return MailAddress(localPart: user, domain: nil)
        // Postfix puts a blank into a quoted local part that it takes apart at `%` or `!`.
        case 5..<8 where Self.isPlain(user):
            return MailAddress(localPart: "\(user)%\(domain)", domain: random.pick(Self.local))
        case 8..<10:
            return MailAddress(localPart: "\(user)@\(domain)", domain: random.pick(Self.local + Self.mailbox))
        case 10..<12 where Self.isPlain(user):
            return MailAddress(localPart: "\(domain)!\(user)", domain: random.pick(Self.local + Self.far))
        case 12..<13: return MailAddress(localPart: user, domain: "[127.0.0.1]")
        case 13..<14: return MailAddress(localPart: user, domain: "[192.0.2.77]")
        case 14..<15: return MailAddress(localPart: "\(user)%rel1.test", domain: random.pick(Self.mailbox))
        case 15..<16: return MailAddress(localPart: user, domain: "no.rel1.test")
        case 16..<17: return MailAddress(localPart: user, domain: "deep.rel1.test")
        case 17..<18: return MailAddress(localPart: "", domain: domain)
        default: return MailAddress(localPart: user, domain: domain)
        }
    }
}

extension Substring {
    fileprivate var trimmed: String {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
