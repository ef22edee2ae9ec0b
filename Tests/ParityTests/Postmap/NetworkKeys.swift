import Peers

/// Lookup keys that try every corner of an encoding: percent signs, UTF-8, control characters, long ones, several `@`.
struct NetworkKeys {
    var generator: SeededGenerator

    private static let parts = [
        "jack", "John", "%", "%%", "%41", "%zz", "%s", "@", "@@", "ü", "日本", "🕊", "\u{1}", "\u{7f}", "\u{8}",
        "\u{1b}[1m",
        " ", "\t", "+", ".", "-", "_", "'", "\"", "\\", ",", ":", "<", ">", "example.org", "EXAMPLE.Org",
        "a b", "é",
        "e\u{301}", "\u{feff}", "\u{a0}", "{", "}", "$x", "*", "?", "#", ";", "\r", "0", "ß", "İ",
    ]

    /// Different ones, without line ends and without white space at their ends.
    mutating func keys(_ count: Int) -> [String] {
        var keys: [[UInt8]: String] = [:]
        while keys.count < count {
            let key = key()
            guard let first = key.utf8.first, let last = key.utf8.last, first > 0x20, last > 0x20 else {
                continue
            }
            keys[Array(key.utf8)] = key
        }
        return keys.values.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private mutating func key() -> String {
        if generator.chance(2) {
            return String(
                repeating: generator.pick(["x", "ü", "%"]),
                count: Int.random(in: 100...3000, using: &generator))
                + "\(generator.next() % 1000)"
        }
        let count = Int.random(in: 1...6, using: &generator)
        return (0..<count).map { _ in generator.pick(Self.parts) }.joined() + "\(generator.next() % 100)"
    }

    /// A number that depends on the bytes alone, for a server that has to answer two clients the same.
    static func digest(_ bytes: [UInt8]) -> Int {
        Int(bytes.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 } % 1000)
    }

    /// A value for a key, of the kind that an encoding may break; nil where the key has none.
    static func value(_ key: [UInt8]) -> [UInt8]? {
        guard key.count < 1200 else { return nil }
        let digest = digest(key)
        switch digest % 5 {
        case 0: return nil
        case 1: return key
        case 2: return Array("value \(digest), with % and é\t".utf8)
        case 3: return Array(key.reversed().filter { $0 < 0x80 }) + Array("@x".utf8)
        default: return Array(repeating: UInt8(ascii: "v"), count: digest)
        }
    }
}
