import Peers

/// Sources of tables: right lines, odd ones and broken ones, as bytes.
struct GeneratedSource {
    var generator: SeededGenerator

    private static let keys = [
        "jack", "John", "JOHN", "user@example.org", "@example.org", "User@EXAMPLE.org", "ünï@köln.de",
        "ÄRGER", "straße",
        "a", "A", "\"quo ted\"", "\"a b\\\"c\"", "\"back\\\\slash\"", "x\"y z\"", "back\\slash", "k\\ ",
        "#no", "al:", "-", "%s",
        "日本", "\"\"", ":", "192.0.2.1", "\"un", "x\"", "lone\\",
    ]
    private static let values = [
        "v", "OK", "a, b", "smtp:[mx]:25", "  spaced   out  ", "\"quoted\" v", "ü", "x\ty", "back\\slash",
        "@d", "#v", "", " ",
        "1", "\r", "v\r", "REJECT no", "日本",
    ]

    /// - Returns: so many lines, and keys worth asking for.
    mutating func map(lines count: Int, longestKey: Int) -> (source: [UInt8], keys: [String]) {
        var source: [UInt8] = []
        var keys: Set<String> = []
        for _ in 0..<count {
            switch generator.next() % 24 {
            case 0: source += Array(generator.pick(["# comment", "", "  ", " # indented", "#", "\t\t"]).utf8)
            case 1: source += Array((generator.pick([" ", "\t", "  "]) + generator.pick(Self.values)).utf8)
            case 2: source += brokenBytes()
            case 3: source += Array("k\(generator.next() % 40)\0 v\0x".utf8)
            case 4:
                let key =
                    "long" + String(repeating: "k", count: Int(generator.next() % UInt64(longestKey - 10)))
                keys.insert(key)
                source += Array(
                    (key + " " + String(repeating: "v", count: Int(generator.next() % 6000))).utf8)
            default:
                let key = generator.chance(60) ? "key\(generator.next() % 2000)" : generator.pick(Self.keys)
                keys.insert(key)
                source += Array(
                    (key + generator.pick([" ", "\t", "   ", " \t "]) + generator.pick(Self.values)).utf8)
            }
            source.append(UInt8(ascii: "\n"))
        }
        return (source, askable(keys))
    }

    /// What stands in double quotes is asked for with them and without.
    private func askable(_ keys: Set<String>) -> [String] {
        Set(keys.flatMap { [$0, $0.filter { $0 != "\"" }, $0.lowercased(), $0 + "x"] })
            .filter { !$0.isEmpty && !$0.hasPrefix(" ") }.sorted()
    }

    private mutating func brokenBytes() -> [UInt8] {
        // Nothing that begins as a character does and is none (cut off, half of a UTF-16 pair): Postfix
        // refuses that, and prints it as it came.
        let broken: [UInt8] = generator.pick([[0xFF], [0xC0, 0x80], [0xC3], [0x80]])
        return Array("bad ".utf8) + broken + Array(generator.pick(["", " v", "x"]).utf8)
    }

    // MARK: Aliases

    private static let pieces = [
        "a", "b.c", "root", "john@example.org", ":", ",", ";", "<", ">", "@", ".", "|", "!", "%", "\"q w\"",
        "\"q\\\"\"",
        "\"\"", "\"open", "(c)", "(c(d))", "(open", "[1.2.3.4]", "[open", "]", ")", "\\", "\\x", "\\ ", "\\,",
        "\\\\", "ü",
        "/var/mail/x", ":include:/etc/list", "|/bin/prog", "\"|/bin/prog a b\"", "'", "{}", "#", "\u{1}",
        "\u{7F}", "\t", "\r",
    ]

    mutating func aliases(lines count: Int) -> [UInt8] {
        var source: [UInt8] = []
        for number in 0..<count {
            switch generator.next() % 20 {
            case 0: source += Array(generator.pick(["# comment", "", "  ", " # indented"]).utf8)
            case 1: source += Array((" " + pieces()).utf8)
            case 2: source += brokenBytes()
            case 3: source += Array((pieces() + ": " + pieces()).utf8)
            case 4: source += Array(pieces().utf8)
            default:
                let name =
                    generator.chance(80)
                    ? "n\(number)" : generator.pick(["dup", "DUP", "\"a b\"", "ÜMLAUT", "x y"])
                source += Array((name + generator.pick([":", ": ", " : ", ":\t"]) + pieces()).utf8)
            }
            source.append(UInt8(ascii: "\n"))
        }
        return source
    }

    private mutating func pieces() -> String {
        (0..<Int.random(in: 1...6, using: &generator))
            .map { _ in generator.pick(Self.pieces) + generator.pick(["", "", " "]) }.joined()
    }
}
