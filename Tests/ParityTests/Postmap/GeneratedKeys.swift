import Peers

/// Keys that try every corner: quotation marks, backslashes, percent signs, letters of all kinds, parts that are
/// empty, several `@`, great length.
struct GeneratedKeys {
    var generator: SeededGenerator

    private static let locals = [
        "jack", "John", "o'hara", "back\\slash", "per%cent", "quo\"te", "ünï", "Ärger", "STRAßE", "a@b", "",
        "semi;colon", "--", "/*", "und_er", "''", "\\'", "%s", "${x}", "two words", " lead", "`tick`", "0x41",
        "日本",
        "+ext", "jack+ext", "a\\", "E'x", "$$", "$1", "?", ":a", "#", "*", "[", "(", "null", "😀", "1", "-1",
        "a,b",
        "\"jack doe\"", "q\\\"q", "ǅ", "ﬁ",
    ]
    private static let domains = [
        "example.org", "EXAMPLE.ORG", "b.c", "x.y.z", "mail.sub.example.co.uk", "", "a..b", ".lead.org",
        "trail.org.", "münchen.de", "localhost", "o'dom.ain", "1.2.3.4.5.6.7.8.9", "1.2.3.4.5.6.7.8.9.10",
        "...",
        "back\\slash.org", "per%cent.org", "[192.0.2.1]", "日本.jp", "with space.org",
    ]
    /// What is no UTF-8: alone, cut short, longer than it need be, half of a pair.
    private static let broken: [[UInt8]] = [
        [0xFF], [0xC3], [0xE6, 0x97], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80],
        [0xBF, 0x27],
    ]

    private mutating func local() -> String {
        if generator.chance(70) { return generator.pick(Self.locals) }
        return (0..<Int.random(in: 2...4, using: &generator)).map { _ in generator.pick(Self.locals) }
            .joined()
    }

    mutating func key() -> String {
        switch generator.next() % 20 {
        case 0, 1: local()
        case 2: generator.pick(Self.domains)
        case 3, 4: "@" + generator.pick(Self.domains)
        case 5: local() + "@" + local() + "@" + generator.pick(Self.domains)
        case 6: String(repeating: local() + "x", count: Int.random(in: 10...100, using: &generator)) + "@b.c"
        default: local() + "@" + generator.pick(Self.domains)
        }
    }

    /// Different ones, also without case, and none that is empty or ends in white space.
    mutating func keys(_ count: Int) -> [String] {
        var keys: [String: String] = [:]
        while keys.count < count {
            let key = key()
            if !key.isEmpty, key.last != " " { keys[key.lowercased()] = key }
        }
        return keys.values.sorted()
    }

    /// Keys with something in them that is no UTF-8.
    mutating func brokenKeys(_ count: Int) -> [[UInt8]] {
        (0..<count).map { _ in Array(local().utf8) + generator.pick(Self.broken) + Array("@example.org".utf8)
        }
    }
}
