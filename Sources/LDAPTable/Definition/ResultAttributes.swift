/// The attributes whose values an entry is asked for, and what each kind means: ldap_table(5).
struct ResultAttributes: Hashable, Sendable {
    /// Where an entry has one of them, only they count.
    let terminal: [String]
    /// They count only where an entry has no special ones.
    let leaf: [String]
    let ordinary: [String]
    /// Their values are names of entries, or URLs, to go on with.
    let special: [String]

    enum Kind: Hashable, Sendable { case terminal, leaf, ordinary, special }

    /// All, in the order in which a name is looked for: one that is listed twice is of the first kind.
    var all: [String] { terminal + leaf + ordinary + special }

    /// The kind of an attribute that a server named; nil where nobody asked for it.
    func kind(_ name: UnsafeBufferPointer<UInt8>) -> Kind? {
        func lists(_ names: [String]) -> Bool {
            names.contains { $0.withBytes { Self.relation($0, name) == .sameOrBroader } }
        }
        if lists(terminal) { return .terminal }
        if lists(leaf) { return .leaf }
        if lists(ordinary) { return .ordinary }
        return lists(special) ? .special : nil
    }

    /// What a URL with these attributes is asked for: those in both lists, the narrower name where one has options
    /// (`mail;lang-de`). Nil where there are none.
    func narrowed(to wanted: [String]) -> [String]? {
        if wanted.isEmpty { return all }
        var names: [String] = []
        for one in wanted {
            for other in all {
                switch one.withBytes({ one in other.withBytes { Self.relation(one, $0) } }) {
                case .sameOrBroader: names.append(other)
                case .narrower: names.append(one)
                case .unrelated: continue
                }
            }
        }
        return names.isEmpty ? nil : names
    }

    private enum Relation { case sameOrBroader, narrower, unrelated }

    /// How one name is to another: `mail` is broader than `mail;lang-de`. Without case (RFC 4512 §2.5).
    private static func relation(
        _ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>
    ) -> Relation {
        let common = zip(one, other).prefix { lowered($0) == lowered($1) }.count
        let semicolon = UInt8(ascii: ";")
        if common == one.count, common == other.count || other[common] == semicolon { return .sameOrBroader }
        return common == other.count && one[common] == semicolon ? .narrower : .unrelated
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
