/// What is odd about a single row of an alias map: how often, and the first few.
struct RowTroubles: Sendable {
    enum Kind: Int, CaseIterable, Sendable {
        /// Every destination of the row is NULL.
        case noDestination
        /// Blanks, commas, nothing: no address is in it.
        case noAddress
        /// Something is in it that is no address: `john@@example.org`, `john@example,org`.
        case badAddress
        /// `john@example.org;jack@example.org`
        case semicolon
        /// A word without a domain.
        case bareWord
        /// Longer than `virtual_alias_address_length_limit`.
        case tooLong
        /// The key is NULL.
        case noKey
        /// The key has white space or a comma in it, or something else that no address has.
        case badKey
        /// The key has capital letters, and lookups ask for small ones.
        case capitalKey
    }

    struct Example: Hashable, Sendable {
        let map: String
        let key: String
        let value: String
    }

    private(set) var counts = [Int](repeating: 0, count: Kind.allCases.count)
    private(set) var examples = [[Example]](repeating: [], count: Kind.allCases.count)
    static let shown = 20

    func wantsExample(of kind: Kind) -> Bool { examples[kind.rawValue].count < Self.shown }

    mutating func note(_ kind: Kind, _ example: Example?) {
        counts[kind.rawValue] += 1
        if let example { examples[kind.rawValue].append(example) }
    }

    func count(_ kind: Kind) -> Int { counts[kind.rawValue] }
    func examples(_ kind: Kind) -> [Example] { examples[kind.rawValue] }
}
