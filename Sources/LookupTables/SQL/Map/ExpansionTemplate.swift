/// A template of mysql_table(5) and its siblings: text with `%s`, `%u`, `%d`, `%S`, `%U`, `%D`, `%1`…`%9`, `%%`.
///
///     SELECT goto FROM aliases WHERE address = '%u@%d' AND active
package struct ExpansionTemplate: Hashable, Sendable {
    package enum Part: Hashable, Sendable {
        case text([UInt8])
        /// `%s`: the whole value (the key, in a query).
        case value
        /// `%u`: left of the last `@`, or everything where there is none.
        case valueUser
        /// `%d`: right of the last `@`.
        case valueDomain
        /// `%S`, `%U`, `%D`: the same of the key, even in `result_format`.
        case key, keyUser, keyDomain
        /// `%1`…`%9`: a label of the key's domain, counted from the right.
        case keyLabel(Int)
    }

    package let parts: [Part]

    init(parts: [Part]) {
        self.parts = parts
    }

    /// Nil where `%` is followed by anything else.
    package init?(_ text: String) {
        var parts: [Part] = []
        var literal: [UInt8] = []
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            guard byte == UInt8(ascii: "%") else {
                literal.append(byte)
                continue
            }
            guard let letter = bytes.next() else { return nil }
            if letter == UInt8(ascii: "%") {
                literal.append(letter)
                continue
            }
            guard let part = Self.part(letter) else { return nil }
            if !literal.isEmpty { parts.append(.text(literal)) }
            literal = []
            parts.append(part)
        }
        if !literal.isEmpty { parts.append(.text(literal)) }
        self.parts = parts
    }

    /// As the operator wrote it.
    package var text: String {
        parts.map { part in
            switch part {
            case .text(let text): String(decoding: text, as: UTF8.self).split(
                separator: "%", omittingEmptySubsequences: false
            ).joined(separator: "%%")
            case .value: "%s"
            case .valueUser: "%u"
            case .valueDomain: "%d"
            case .key: "%S"
            case .keyUser: "%U"
            case .keyDomain: "%D"
            case .keyLabel(let number): "%\(number)"
            }
        }.joined()
    }

    private static func part(_ letter: UInt8) -> Part? {
        switch letter {
        case UInt8(ascii: "s"): .value
        case UInt8(ascii: "u"): .valueUser
        case UInt8(ascii: "d"): .valueDomain
        case UInt8(ascii: "S"): .key
        case UInt8(ascii: "U"): .keyUser
        case UInt8(ascii: "D"): .keyDomain
        case UInt8(ascii: "1")...UInt8(ascii: "9"): .keyLabel(Int(letter - UInt8(ascii: "0")))
        default: nil
        }
    }

    /// The parts of the key that the template cannot do without.
    ///
    /// - Parameter isQuery: in a query the value is the key itself.
    package func needs(isQuery: Bool) -> KeyNeeds {
        var needs = KeyNeeds()
        for part in parts {
            switch part {
            case .text, .value, .key: break
            case .valueUser: needs.user = needs.user || isQuery
            case .valueDomain: needs.domain = needs.domain || isQuery
            case .keyUser: needs.user = true
            case .keyDomain: needs.domain = true
            case .keyLabel(let label):
                needs.domain = true
                needs.labels = max(needs.labels, label)
            }
        }
        return needs
    }
}

/// What a key must have so that a query is sent for it at all.
package struct KeyNeeds: Hashable, Sendable {
    /// Something left of an `@`, where there is one.
    var user = false
    /// Something right of an `@`.
    var domain = false
    /// So many labels in the domain.
    var labels = 0

    package func union(_ other: KeyNeeds) -> KeyNeeds {
        KeyNeeds(
            user: user || other.user, domain: domain || other.domain, labels: max(labels, other.labels))
    }

    /// Why a key that does not meet them is not asked for.
    func words(query: String) -> String {
        if labels > 0 { return "the map's \(query) uses %\(labels), and the key's domain has fewer parts" }
        switch (user, domain) {
        case (true, false): return "the map's \(query) uses %u, and the key has nothing left of its @"
        case (false, true): return "the map's \(query) uses %d, and the key has no domain"
        default: return "the map's \(query) uses %u and %d, and the key does not have both"
        }
    }

    func areMet(by key: SplitValue) -> Bool {
        if user, key.isUserEmpty { return false }
        if domain, key.isDomainEmpty { return false }
        return labels == 0 || key.labelCount >= labels
    }
}
