import Peers

/// Aliases of users of a machine, made up from a seed: lists, owners, included files, extensions, users that lead to
/// themselves. The same files go to Postfix and to Martlet.
struct LocalSetup {
    static let users = ["jim", "jane", "ann", "bob"]
    static let sender = "sender@far.test"
    private static let count = 14

    private(set) var parameters: [String: String] = [
        "myhostname": "mx.here.test", "myorigin": "here.test", "mydestination": "here.test, mx.here.test",
        "virtual_alias_domains": "virt.test",
        "virtual_alias_maps": "inline:{{va@virt.test = vtarget@far.test, second@far.test}}",
        "local_recipient_maps": "", "append_dot_mydomain": "no", "recipient_delimiter": "+",
        "default_transport": "lmtp:unix:FAR", "alias_maps": "texthash:DIRECTORY/aliases",
        "maximal_queue_lifetime": "1d",
    ]
    private(set) var files: [String: String] = [:]
    private(set) var recipients: [String] = []
    private var hasOwners = false

    init(_ random: inout SeededGenerator, recipients count: Int) {
        if random.chance(40) {
            parameters["propagate_unmatched_extensions"] = random.pick([
                "canonical, virtual, alias", "alias, include, forward", "include",
            ])
        }
        if random.chance(30) { parameters["expand_owner_alias"] = "yes" }
        if random.chance(30) { parameters["reset_owner_alias"] = "yes" }
        if random.chance(30) { parameters["owner_request_special"] = "no" }
        if random.chance(40) { parameters["allow_mail_to_files"] = "" }
        switch Int.random(in: 0..<3, using: &random) {
        case 0: parameters["mailbox_transport"] = "lmtp:unix:BOX"
        case 1: parameters["fallback_transport"] = "lmtp:unix:BOX"
        default: parameters["luser_relay"] = random.pick(["catch-$user@far.test", "$local@other.test"])
        }
        if random.chance(50) {
            parameters["mailbox_transport_maps"] = "inline:{{jane = lmtp:unix:FAR}, {who = lmtp:unix:BOX}}"
        }
        if random.chance(30) { parameters["fallback_transport_maps"] = "inline:{{bob = lmtp:unix:FAR}}" }
        makeAliases(&random)
        if random.chance(40) { parameters["alias_maps"] = "hash:DIRECTORY/aliases" }
        if random.chance(40) {
            // What the pattern takes from a stranger's address stays out of an alias: such a rule means nothing.
            files["patterns"] = "/^list-(.*)$/ ann@far.test, jim\n/^sub-(.*)$/ $1@far.test\n/^SUB-y/ bob\n"
            parameters["alias_maps", default: ""] += ", regexp:DIRECTORY/patterns"
        }
        for _ in 0..<count {
            var name = random.pick(
                (0..<Self.count).map { "a\($0)" } + Self.users + [
                    "loop1", "null", "noone", "who", "postmaster", "list-x", "sub-x", "sub-y",
                ])
            if random.chance(25) { name += "+tag" }
            if random.chance(10) { name = name.uppercased() }
            recipients.append("\(name)@\(random.pick(["here.test", "mx.here.test"]))")
        }
    }

    private mutating func makeAliases(_ random: inout SeededGenerator) {
        var lines = ["loop1 loop2", "loop2 loop1", "null /dev/null"]
        // Where both meet Postfix goes round in a circle once, and of two owners it makes one address: differences.
        hasOwners = random.chance(60)
        let owners =
            parameters["expand_owner_alias"] == "yes"
            ? ["boss@far.test", "ann"] : ["boss@far.test", "ann", "boss@far.test, ann"]
        for index in 0..<Self.count {
            let name = "a\(index)"
            var targets = (0..<random.pick([1, 1, 2, 3])).map { _ in target(after: index, &random) }
            // A user that has a copy sent elsewhere.
            let isItself = !hasOwners && random.chance(25)
            if isItself { targets.append(name) }
            if random.chance(15) {
                let lines = (0..<3).map { _ in target(after: index, &random) }
                files["list\(index)"] = "# the members\n\(lines[0]),\n  \(lines[1])\n\n\(lines[2])\n"
                if !isItself { targets.append(":include:DIRECTORY/list\(index)") }
            }
            lines.append("\(name) \(targets.joined(separator: random.pick([", ", ","])))")
            if random.chance(20) {
                lines.append("\(name)+tag \(target(after: index, &random))")
            }
            if hasOwners, random.chance(35) {
                lines.append("owner-\(name) \(random.pick(owners))")
            }
        }
        files["aliases"] = lines.joined(separator: "\n") + "\n"
    }

    /// Only aliases further down: those in a circle are set apart, since Postfix goes round them to its limit.
    private func target(after index: Int, _ random: inout SeededGenerator) -> String {
        let user = random.pick(Self.users)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<30 where index + 1 < Self.count:
            let name = "a\(Int.random(in: (index + 1)..<Self.count, using: &random))"
            return random.pick([
                name, "\(name)@here.test", "\(name)@mx.here.test", name.uppercased(), "\(name)+ext",
            ])
        case 0..<55: return random.pick([user, "\(user)@here.test", "\(user)+more", user.uppercased()])
        case 55..<80: return "\(user)@far.test"
        case 80..<86: return "va@virt.test"
        case 86..<90: return "\"john doe\"@far.test"
        // Where it is not allowed, Postfix reports to the list's owner and Martlet to the sender: a difference.
        case 90..<94 where !hasOwners: return "/dev/null"
        case 94..<97: return "team: \(user), \(user)@far.test;"
        default: return "Some One <\(user)@other.test>"
        }
    }
}
