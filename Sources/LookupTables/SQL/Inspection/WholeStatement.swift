/// A statement for all that a map has, made of the one that asks for a key:
///
///     SELECT goto FROM alias WHERE address = '%s' AND active = 1 ORDER BY id
///     SELECT goto, address FROM alias WHERE active = 1
///
/// The condition about the key goes, and what the key was compared with is selected behind the map's own columns. A
/// row that a lookup would bring is certainly in the answer; what looks at several rows at once (DISTINCT, LIMIT,
/// ORDER BY) is left away, so there may be rows more. That is good for looking at the data; whether a thing found there
/// is true is for a lookup to say.
package struct WholeStatement: Sendable {
    package let text: [UInt8]
    package let key: KeyComposition
    /// The columns behind the map's own, of which the key is made.
    package var keyColumns: Int { key.columns }
    /// What stands between FROM and WHERE, for messages and for statements about the same rows.
    package let source: String
    /// The conditions beside those about the key, as SQL.
    package let conditions: [String]
    /// The expressions of the key columns.
    package let keyExpressions: [String]
    /// What the map selects.
    package let selected: String
    /// Columns that are a text with parts of the key in it, `'%d/%u/Maildir/'`, by position: the statement has an empty
    /// text in their place, and whoever reads the rows fills in each row's key.
    let keyTexts: [Int: ExpansionTemplate]

    /// How the columns make a key.
    package enum KeyComposition: Hashable, Sendable {
        /// The column is the key: `address = '%s'`. Where it is compared with `'%u@%d'`, only keys with both parts.
        case whole(needsParts: Bool)
        /// `local_part = '%u' AND domain = '%d'`
        case userAndDomain
        /// `domain = '%d'` alone: the row answers for every address of the domain.
        case domain
        /// `alias.address = CONCAT('%u', '@', target_domain) AND alias_domain = '%d'`: the local part of the first
        /// column, where its domain is the second, at the third.
        case rewritten

        /// A row answers one key alone.
        var isOneKey: Bool {
            switch self {
            case .whole, .userAndDomain: true
            case .domain, .rewritten: false
            }
        }

        var columns: Int {
            switch self {
            case .whole, .domain: 1
            case .userAndDomain: 2
            case .rewritten: 3
            }
        }
    }
}

extension SQLQuery {
    /// The statements for all that the map has, one for each part of a UNION; nil where they cannot be derived.
    package var whole: [WholeStatement]? {
        guard var tokens = StatementToken.read(template)?[...] else { return nil }
        while tokens.last?.isSymbol(";") == true { tokens.removeLast() }
        var branches: [WholeStatement] = []
        for branch in tokens.branches() {
            guard let statement = WholeStatement(branch) else { return nil }
            branches.append(statement)
        }
        return branches.isEmpty ? nil : branches
    }
}

extension WholeStatement {
    /// - Parameter tokens: one SELECT.
    init?(_ tokens: ArraySlice<StatementToken>) {
        var tokens = tokens
        guard tokens.first?.isWord("select") == true else { return nil }
        tokens.removeFirst()
        if let first = tokens.first, ["distinct", "all", "distinctrow"].contains(where: first.isWord) {
            tokens.removeFirst()
        }
        guard let from = tokens.firstAtTop("from") else { return nil }
        guard let selection = Selection(tokens[..<from]) else { return nil }
        tokens = tokens[(from + 1)...]
        guard let whereAt = tokens.firstAtTop("where") else { return nil }
        let source = tokens[..<whereAt]
        tokens = tokens[(whereAt + 1)...]
        for word in ["order", "limit", "offset", "fetch"] {
            if let end = tokens.firstAtTop(word) { tokens = tokens[..<end] }
        }
        let isPlain = ["group", "having", "for", "into", "procedure", "window", "case", "xor"]
            .allSatisfy { tokens.firstAtTop($0) == nil }
        guard isPlain, !source.isEmpty, !source.contains(where: \.isKey),
            let conjuncts = tokens.conjuncts()
        else { return nil }
        var comparisons = KeyComparisons()
        var conditions: [[UInt8]] = []
        for conjunct in conjuncts {
            if !conjunct.contains(where: \.isKey) {
                conditions.append(StatementToken.text(conjunct))
            } else if !comparisons.take(conjunct) {
                return nil
            }
        }
        guard let (key, expressions) = comparisons.composition, selection.keyTexts.isEmpty || key.isOneKey
        else { return nil }
        var text = Array("SELECT ".utf8) + selection.text
        for expression in expressions { text += Array(", ".utf8) + expression }
        text += Array(" FROM ".utf8) + StatementToken.text(source)
        if !conditions.isEmpty {
            text += Array(" WHERE ".utf8) + conditions.joined(separator: Array(" AND ".utf8))
        }
        self.text = text
        self.key = key
        self.conditions = conditions.map { String(decoding: $0, as: UTF8.self) }
        self.source = String(decoding: StatementToken.text(source), as: UTF8.self)
        selected = String(decoding: selection.text, as: UTF8.self)
        keyTexts = selection.keyTexts
        keyExpressions = expressions.map { String(decoding: $0, as: UTF8.self) }
    }
}

/// What stands between SELECT and FROM.
private struct Selection {
    private(set) var text: [UInt8] = []
    private(set) var keyTexts: [Int: ExpansionTemplate] = [:]

    /// Nil where a part of the key stands in an expression, or where rows are counted or joined.
    init?(_ tokens: ArraySlice<StatementToken>) {
        guard !tokens.isEmpty, !tokens.contains(where: \.isAggregate) else { return nil }
        let items = tokens.items()
        for (position, item) in items.enumerated() {
            if position > 0 { text += Array(", ".utf8) }
            guard item.contains(where: \.isKey) else {
                text += StatementToken.text(item)
                continue
            }
            // Behind the text there may be its name: '%d/%u/' AS maildir.
            guard case .key(let parts)? = item.first?.kind, !item.dropFirst().contains(where: \.isKey),
                item.dropFirst().allSatisfy({ $0.kind == .word })
            else { return nil }
            keyTexts[position] = ExpansionTemplate(parts: parts)
            text += Array("''".utf8)
        }
        // A star stands for nobody knows how many columns.
        if !keyTexts.isEmpty, tokens.contains(where: { $0.isSymbol("*") }) { return nil }
    }
}

/// The conditions that compare something with a part of the key.
private struct KeyComparisons {
    private var whole: (expression: [UInt8], needsParts: Bool)?
    private var user: [UInt8]?
    private var domain: [UInt8]?
    private var rewritten: (address: [UInt8], domain: [UInt8])?
    private var count = 0

    /// - Returns: whether it is a comparison that can be turned round.
    mutating func take(_ conjunct: ArraySlice<StatementToken>) -> Bool {
        guard let equals = conjunct.firstIndex(where: { $0.isSymbol("=") }) else { return false }
        let (left, right) = (conjunct[..<equals], conjunct[(equals + 1)...])
        guard !left.isEmpty, !right.isEmpty, left.last?.isOperator != true, right.first?.isOperator != true
        else { return false }
        count += 1
        return left.contains(where: \.isKey) ? take(right, with: left) : take(left, with: right)
    }

    private mutating func take(
        _ expression: ArraySlice<StatementToken>, with key: ArraySlice<StatementToken>
    ) -> Bool {
        guard !expression.contains(where: \.isKey) else { return false }
        let text = StatementToken.text(expression)
        if key.count == 1, case .key(let parts)? = key.first?.kind { return take(text, parts) }
        guard let domain = key.domainBehindUser() else { return false }
        rewritten = (text, StatementToken.text(domain))
        return true
    }

    private mutating func take(_ text: [UInt8], _ parts: [ExpansionTemplate.Part]) -> Bool {
        let at = ExpansionTemplate.Part.text([UInt8(ascii: "@")])
        switch parts {
        case [.value], [.key]: whole = (text, false)
        case [.valueUser, at, .valueDomain], [.keyUser, at, .keyDomain]: whole = (text, true)
        case [.valueUser], [.keyUser]: user = text
        case [.valueDomain], [.keyDomain]: domain = text
        default: return false
        }
        return true
    }

    var composition: (WholeStatement.KeyComposition, [[UInt8]])? {
        switch (count, whole, user, domain, rewritten) {
        case (1, let whole?, _, _, _): (.whole(needsParts: whole.needsParts), [whole.expression])
        case (2, nil, let user?, let domain?, nil): (.userAndDomain, [user, domain])
        case (1, nil, nil, let domain?, nil): (.domain, [domain])
        case (2, nil, nil, let domain?, let rewritten?):
            (.rewritten, [rewritten.address, rewritten.domain, domain])
        default: nil
        }
    }
}

extension StatementToken {
    /// Functions that look at several rows.
    fileprivate var isAggregate: Bool {
        kind == .word
            && [
                "count", "sum", "min", "max", "avg", "group_concat", "string_agg", "array_agg", "json_agg",
                "json_arrayagg", "over",
            ].contains(String(decoding: bytes, as: UTF8.self).lowercased())
    }

    fileprivate var isOperator: Bool {
        isSymbol("<") || isSymbol(">") || isSymbol("!") || isSymbol("=") || isSymbol(":")
    }
}
