import Peers

/// Tables of patterns, and keys that try them: right lines, odd ones and broken ones.
struct GeneratedRules {
    enum Kind: String, CaseIterable { case regexp, pcre, cidr }

    var generator: SeededGenerator
    let kind: Kind

    mutating func table() -> String {
        var lines: [String] = []
        let count = Int.random(in: 1...12, using: &generator)
        for _ in 0..<count {
            lines.append(kind == .cidr ? networkLine() : patternLine())
            if generator.chance(8) { lines.append(generator.pick(["", "# comment", "   # indented", "  "])) }
            if generator.chance(4) { lines.append(generator.pick(["  continued", "\t/more/ x", " !"])) }
        }
        return lines.joined(separator: "\n") + (generator.chance(80) ? "\n" : "")
    }

    mutating func keys(_ count: Int) -> [String] {
        var keys: Set<String> = []
        while keys.count < count {
            let key = kind == .cidr ? addressKey() : textKey()
            if !key.isEmpty { keys.insert(key) }
        }
        return keys.sorted()
    }

    // MARK: Regular expressions

    private static let words = [
        "jack", "John", "example", "org", "a", "ab", "xx", "ü", "straße", "o'hara", "1", "42", "-", "_", "+",
        ".", "$",
    ]

    private mutating func textKey() -> String {
        let separators = ["@", ".", "", " ", "-", "+"]
        return (0..<Int.random(in: 1...4, using: &generator))
            .map { _ in generator.pick(Self.words) }
            .joined(separator: generator.pick(separators))
    }

    private mutating func patternLine() -> String {
        if generator.chance(12) { return brokenPatternLine() }
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: return generator.pick(["if ", "IF", "if !", "If ! "]) + pattern()
        case 1: return generator.pick(["endif", "ENDIF", "endif more", "endif "])
        case 2: return "!" + pattern() + " " + generator.pick(["not", "no $$", "n $1", ""])
        case 3 where kind == .regexp: return pattern(flags: false) + "!" + pattern() + " both $1"
        default: return pattern() + generator.pick([" ", "\t", "   "]) + replacement()
        }
    }

    private mutating func pattern(flags: Bool = true) -> String {
        let delimiter = generator.pick(["/", "/", "/", "|", "~", "'", ","])
        let letters =
            kind == .regexp ? ["i", "m", "x", "im"] : ["i", "m", "s", "x", "A", "E", "U", "X", "isA"]
        var text = expression(depth: 2).filter { String($0) != delimiter }
        if generator.chance(20) { text = "^" + text }
        if generator.chance(20) { text += "$" }
        return delimiter + text + delimiter + (flags && generator.chance(25) ? generator.pick(letters) : "")
    }

    private mutating func expression(depth: Int) -> String {
        let atoms = [
            "a", "b", "x", "j", "J", "o", ".", "@", "[a-z]", "[^a-z]", "[[:digit:]]", "\\.", "\\$", "ü", "ß",
            "1",
            "example", "[@.]", "\\+", "org", ".*", "^", "$", "\\w", "\\b", "[[:upper:]]", "\\(", "Ü",
        ]
        return (0..<Int.random(in: 1...3, using: &generator)).map { _ in
            var atom = generator.pick(atoms)
            if depth > 0, generator.chance(40) {
                let inner = expression(depth: depth - 1)
                let other = generator.chance(30) ? "|" + expression(depth: depth - 1) : ""
                atom = "(" + inner + other + ")"
            }
            if !["^", "$", "\\b"].contains(atom), generator.chance(25) {
                atom += generator.pick(["*", "+", "?", "{1,2}", "{2}"])
            }
            return atom
        }.joined()
    }

    private mutating func replacement() -> String {
        let parts = [
            "text", " ", "$1", "${1}", "$(1)", "$$", "$2", "${2}", "@", "${3}", "ü", "REJECT go", "$1",
            "a-$1-b",
        ]
        return (0..<Int.random(in: 1...3, using: &generator)).map { _ in generator.pick(parts) }.joined()
    }

    private mutating func brokenPatternLine() -> String {
        generator.pick([
            "/open", "/a/q x", "/a", "!", "!!", "/(/ x", "/[/ x", "/*a/ x", "/a{2,1}/ x", "/a/ ${1",
            "/a/ $(1}",
            "/a/ $", "/a/ a$ b", "/a/ ${}", "/a/ $()", "/(a)/ $0", "/(a)/ $1a", "/(a)/ ${1?x}",
            "/(a)/ ${1:x}",
            "/(a)/ $name", "/(a)/ $2", "/(a)/ ${9}", "!/(a)/ $1", "/a/", "if", "if /a", "if /a/ more words",
            "if /(/", "unknown request", "ifx", "endiffy", "endif/x/", "if_x_", "/a/ii x", "//  x", "/a/x/ y",
            "/(a)/ ${ 1 }", "/(a)/ $01", "/(a)/ $-1", "/a)/ x", "/a\\/b/ x", "/[[:nope:]]/ x", "{a} x",
            "(a( x",
            "!/a/", "/a/ ${1}}", "/(a)/ ${1}}", "/a/ {x}", "/(?<n>a)/ $1", "/a**/ x", "/(a)(b)?/ [$2]",
            "/\\/ x",
        ])
    }

    // MARK: Networks

    private mutating func address() -> String {
        generator.pick([
            "10.0.0.0", "10.1.2.3", "192.0.2.1", "192.0.2.0", "127.0.0.1", "0.0.0.0", "255.255.255.255",
            "2001:db8::", "2001:db8::1", "2001:0db8:0:0::1", "::1", "::", "fe80::1", "::ffff:192.0.2.1",
            "2001:DB8::A", "10.1.0.0",
        ])
    }

    private mutating func network() -> String {
        let address = address()
        let isSix = address.contains(":")
        let text =
            switch Int.random(in: 0..<8, using: &generator) {
            case 0...2: address
            case 3: "0.0.0.0/0"
            case 4: "::/0"
            case 5:
                "\(address)/\(generator.pick(isSix ? [128, 127, 64, 32, 1, 129] : [32, 24, 16, 8, 1, 33]))"
            default:
                generator.pick(["10.0.0.0/8", "192.0.2.0/24", "2001:db8::/32", "fe80::/10", "10.1.0.0/16"])
            }
        guard generator.chance(20) else { return text }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && generator.chance(50) ? "[\(parts[0])]/\(parts[1])" : "[\(text)]"
    }

    private mutating func networkLine() -> String {
        if generator.chance(12) { return brokenNetworkLine() }
        let negation = generator.chance(20) ? generator.pick(["!", "!!", "!!!"]) : ""
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: return generator.pick(["if ", "IF ", "if ! ", "if\t", "if !"]) + network()
        case 1: return generator.pick(["endif", "ENDIF", "endif ", "endif more"])
        default:
            return negation + network() + generator.pick([" ", "\t", "  "])
                + generator.pick(["OK", "REJECT", "two words", "ü", "$1", "x "])
        }
    }

    private mutating func brokenNetworkLine() -> String {
        generator.pick([
            "10.0.0.0/8", "junk x", "10.0.0.0/33 x", "10.1.1.1/8 x", "10.0.0.0/ x", "10.0.0.0/x y", "/8 x",
            "10.1/16 x",
            "[10.0.0.1 x", "10.0.0.1] x", "[10.0.0.1]x y", "[10.0.0.0]/8/8 x", "::1/64 x", "::/129 x",
            "1::g x", "!",
            "if", "if !", "if 10.0.0.0/8 more", "if junk", "endif 10.0.0.0/8", "endif9 x", "if10.0.0.0/8 x",
            "010.1.1.1 x", "10.0.0.0/08 x", "::1%lo x", "10.0.0.0/-1 x", "! 10.0.0.0/8 x", "if/8", "if[::1]",
            "[] x",
            "[]/8 x", "[x] y", "10.0.0.0/8/8 x", "2001:db8::1/32 x", "host.example.org x",
        ])
    }

    private mutating func addressKey() -> String {
        switch Int.random(in: 0..<10, using: &generator) {
        case 0:
            generator.pick([
                "junk", "[10.0.0.1]", "10.0.0", "10.0.0.1 ", "010.0.0.1", "::g", "10.0.0.1/32", "::1%lo",
            ])
        case 1...3: address()
        case 4...6:
            "10.\(generator.pick([0, 1, 2])).\(Int.random(in: 0...255, using: &generator)).\(generator.pick([0, 3, 255]))"
        case 7: "192.0.2.\(Int.random(in: 0...255, using: &generator))"
        default:
            "2001:db8:\(String(Int.random(in: 0...65535, using: &generator), radix: 16))::\(generator.pick(["1", "a", "ffff"]))"
        }
    }
}
