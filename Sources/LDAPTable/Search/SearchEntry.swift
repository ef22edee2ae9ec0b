import CLDAP

/// What an entry of an answer means for a lookup.
struct SearchEntry {
    enum Item {
        /// A value of the result, as the server sent it.
        case value([UInt8])
        /// A value that names further entries.
        case reference([UInt8], attribute: String)
    }

    /// In the server's order.
    let items: [Item]

    /// - Parameter attributes: what the entry has; names and their values, in the server's order.
    init(_ values: [(kind: ResultAttributes.Kind, name: String, values: [[UInt8]])]) {
        let isTerminal = values.contains { $0.kind == .terminal }
        let isLeaf = !values.contains { $0.kind == .special }
        items = values.flatMap { attribute -> [Item] in
            switch attribute.kind {
            case .terminal: break
            case .leaf where isTerminal || !isLeaf, .ordinary where isTerminal, .special where isTerminal:
                return []
            case .special: return attribute.values.map { .reference($0, attribute: attribute.name) }
            case .leaf, .ordinary: break
            }
            return attribute.values.map { .value($0) }
        }
    }
}
