import MailFormat
import Peers

/// A mail server made up from a seed: what main.cf says, the tables beside it, who sends, and the addresses to ask for.
///
/// The same files go to Postfix and to Martlet. ``AddressDimension/all`` says in which ways setups vary.
struct AddressSetup: Sendable {
    /// Where the tables will lie; replaced when they are written.
    static let directory = "@TABLES@"
    /// Where the LMTP servers listen, each under the name of what leads to it.
    static let sinks = "@SINKS@"

    var parameters: [String: String] = [:]
    /// Name → text of `texthash:`, `regexp:` and `.cf` files.
    var files: [String: String] = [:]
    /// Name → rows of the database's tables, in their order.
    var rows: [String: [(key: String, value: String)]] = [:]
    var sinkNames = ["local", "virtual", "relay", "default"]

    /// Domains by class, `far` being nobody's here.
    var local = ["home.test", "mx.home.test"]
    var alias = ["ali1.test", "ali2.test"]
    var mailbox = ["box1.test", "box2.test", "sub.box1.test"]
    var relay = ["rel1.test", "rel2.test"]
    var far = ["far.test", "sub.ali1.test", "box3.test"]
    var users =
        Self.plainUsers + ["o'hara", "john doe", "a,b", "x\"y", "söhne"]
    var delimiter = ""

    /// What refusals may say instead of "User unknown".
    var statedReasons = ["not any more", "gone", "not now", "bad address syntax"]

    /// What goes between `<` and `>` of RCPT TO.
    var paths: [String] = []
    /// The same for MAIL FROM; each asks for a part of the paths.
    var senders = [""]

    static let plainUsers = [
        "john", "anna", "jim", "Jane", "j.r", "postmaster", "abuse", "info", "owner-list", "list-request",
        "mailer-daemon", "sales-north", "k", "l", "m", "n",
    ]

    var everyDomain: [String] { local + alias + mailbox + relay + far }

    init(seed: UInt64, paths count: Int) {
        var random = SeededGenerator(seed: seed)
        for dimension in AddressDimension.all { dimension.draw(&self, &random) }
        for _ in 0..<count { paths.append(path(&random)) }
    }

    // MARK: Tables

    enum Store {
        case text, database
        /// `regexp:` and `pcre:`; keys are patterns.
        case expressions, perl
    }

    /// Adds a table and names it as main.cf does.
    mutating func table(_ name: String, _ entries: [(key: String, value: String)], in store: Store) -> String
    {
        switch store {
        case .text:
            files[name] = entries.map { "\($0.key) \($0.value)\n" }.joined()
            return "texthash:\(Self.directory)/\(name)"
        case .database:
            rows[name] = entries
            return "mysql:\(Self.directory)/\(name).cf"
        case .expressions, .perl:
            files[name] = entries.map { "\($0.key) \($0.value)\n" }.joined()
            return "\(store == .perl ? "pcre" : "regexp"):\(Self.directory)/\(name)"
        }
    }

    /// A list of names in one of the ways main.cf may have it: as it is, as a file, or as a table.
    mutating func list(_ name: String, _ names: [String], _ random: inout SeededGenerator) -> String {
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<2:
            files[name] =
                "# a file of names\n" + names.joined(separator: random.pick(["\n", ", ", " "])) + "\n"
            return "\(Self.directory)/\(name)"
        case 2:
            let pattern = names.map { $0.replacing(".", with: "\\.") }.joined(separator: "|")
            return table(name, ["/^(\(pattern))$/"], in: random.chance(50) ? .expressions : .perl)
        case 3..<6: return table(name, names, in: .text)
        case 6..<9: return table(name, names, in: .database)
        default: return names.joined(separator: random.pick([", ", " "]))
        }
    }

    /// A table whose keys are all that matters.
    mutating func table(_ name: String, _ keys: some Sequence<String>, in store: Store) -> String {
        var seen: Set<String> = []
        return table(name, keys.filter { seen.insert($0).inserted }.map { ($0, "here") }, in: store)
    }

    /// Whether it can stand on the left of a text file, and without quotes everywhere.
    static func isPlain(_ user: String) -> Bool {
        MailAddress(localPart: user, domain: nil).quoted == user && user.utf8.allSatisfy { $0 < 0x80 }
    }

    static func quoted(_ user: String, _ domain: String? = nil) -> String {
        MailAddress(localPart: user, domain: domain).quoted
    }

    func plainUser(_ random: inout SeededGenerator) -> String { random.pick(Self.plainUsers) }

    // MARK: Addresses

    /// An address somebody might send to: mostly ordinary, often odd.
    private func path(_ random: inout SeededGenerator) -> String {
        var domain = random.pick(
            everyDomain + alias + mailbox + mailbox + ["no.rel1.test", "deep.rel1.test"])
        var user = random.pick(users + users + ["nobody", "ghost", "MAILER-DAEMON", "root", "daemon"])
        if let shaped = shapes.randomElement(using: &random), random.chance(20) {
            (user, domain) = (
                String(shaped.prefix { $0 != "@" }), String(shaped.drop { $0 != "@" }.dropFirst())
            )
        }
        if random.chance(30) {
            user += random.pick([
                "+tag", "+vip", "-vip", "+", "-x-y", "+a+b", "=q", "-north", "+Vip", "-sub", "-sub",
            ])
        }
        if random.chance(4) {
            user = random.pick([
                "list.\(user)", "-\(user)", ".\(user)", "\(user).", "j..r", "\(user)\\",
                String(repeating: "long", count: Int.random(in: 16...80, using: &random)),
            ])
        }
        if random.chance(20) { user = random.chance(50) ? user.uppercased() : user.lowercased() }
        if random.chance(15) { domain = random.chance(60) ? domain.uppercased() : domain + "." }
        let ordinary = Self.quoted(user, domain)
        guard random.chance(20) else { return ordinary }
        // Postfix puts a blank into a quoted local part that it takes apart at `%` or `!`.
        let plain = Self.isPlain(user) ? user : "john"
        switch Int.random(in: 0..<12, using: &random) {
        case 0: return Self.quoted(user)
        case 1: return "\(plain)%\(domain)@\(random.pick(local + far))"
        case 2: return Self.quoted("\(user)@\(domain)", random.pick(local + mailbox))
        case 3: return "\(domain)!\(plain)@\(random.pick(local + far))"
        case 4: return Self.quoted(user, "[127.0.0.1]")
        case 5: return Self.quoted(user, random.pick(["[192.0.2.77]", "[IPv6:::1]", "127.0.0.1"]))
        case 6: return "\(plain)%rel1.test@\(random.pick(mailbox))"
        case 7: return "\(plain)%\(domain)"
        case 8: return "\(domain)!\(plain)"
        case 9: return "@relay.far.test,@other.test:\(ordinary)"
        case 10: return Self.quoted(user, random.pick(["short", "home", "box1"]))
        default: return "@\(domain)"
        }
    }

    /// virtual_alias_maps, before they are put into tables.
    var aliasEntries: [(key: String, value: String)] = []
    /// Aliases by pattern.
    var aliasPatterns: [(key: String, value: String)] = []
    /// Addresses that some of the aliases were made for.
    var shapes: [String] = []
}

extension AddressSetup: CustomStringConvertible {
    /// All of it, for somebody who looks into one setup.
    var description: String {
        let lines = parameters.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }
        let texts = files.sorted { $0.key < $1.key }.map { "# \($0.key)\n\($0.value)" }
        let tables = rows.sorted { $0.key < $1.key }.map { name, rows in
            "# \(name)\n" + rows.map { "\($0.key) \($0.value)\n" }.joined()
        }
        return (lines + texts + tables).joined(separator: "\n")
    }
}
