extension ArraySlice<StatementToken> {
    /// The position of a keyword that stands in no parentheses.
    func firstAtTop(_ word: String) -> Int? {
        var depth = 0
        for index in indices {
            if self[index].isSymbol("(") { depth += 1 }
            if self[index].isSymbol(")") { depth -= 1 }
            if depth == 0, self[index].isWord(word) { return index }
        }
        return nil
    }

    /// What commas outside of parentheses separate.
    func items() -> [ArraySlice<StatementToken>] {
        var items: [ArraySlice<StatementToken>] = []
        var depth = 0
        var start = startIndex
        for index in indices {
            if self[index].isSymbol("(") { depth += 1 }
            if self[index].isSymbol(")") { depth -= 1 }
            guard depth == 0, self[index].isSymbol(",") else { continue }
            items.append(self[start..<index])
            start = index + 1
        }
        items.append(self[start...])
        return items
    }

    /// The statements of a UNION; one where there is none.
    func branches() -> [ArraySlice<StatementToken>] {
        var rest = self.withoutParentheses
        guard let union = rest.firstAtTop("union") else { return [rest] }
        let first = rest[..<union]
        rest = rest[(union + 1)...]
        if let word = rest.first, word.isWord("all") || word.isWord("distinct") { rest.removeFirst() }
        return [first.withoutParentheses] + rest.branches()
    }

    /// The conditions that AND joins, those in parentheses too; nil where an OR stands beside a part of the key.
    func conjuncts() -> [ArraySlice<StatementToken>]? {
        let inner = withoutParentheses
        if inner.firstAtTop("or") != nil { return contains(where: \.isKey) ? nil : [self] }
        var result: [ArraySlice<StatementToken>] = []
        var rest = inner
        var start = rest.startIndex
        var isBetween = false
        var depth = 0
        var pieces: [ArraySlice<StatementToken>] = []
        for index in rest.indices {
            if rest[index].isSymbol("(") { depth += 1 }
            if rest[index].isSymbol(")") { depth -= 1 }
            guard depth == 0 else { continue }
            if rest[index].isWord("between") { isBetween = true }
            guard rest[index].isWord("and") else { continue }
            if isBetween {
                isBetween = false
                continue
            }
            pieces.append(rest[start..<index])
            start = index + 1
        }
        rest = rest[start...]
        pieces.append(rest)
        guard pieces.allSatisfy({ !$0.isEmpty }) else { return nil }
        if pieces.count == 1 {
            if inner.hasBars, inner.contains(where: \.isKey) { return nil }
            // In parentheses, or one condition as it stands.
            return [inner.contains(where: \.isKey) ? inner : self]
        }
        for piece in pieces {
            guard let conjuncts = piece.conjuncts() else { return nil }
            result += conjuncts
        }
        return result
    }

    /// `||` outside of parentheses joins texts in one SQL and conditions in another; beside `'%u'` it joins texts.
    private var hasBars: Bool {
        guard contains(where: { $0.isSymbol("|") }) else { return false }
        return domainBehindUserAnywhere() == nil
    }

    private func domainBehindUserAnywhere() -> ArraySlice<StatementToken>? {
        guard let equals = firstIndex(where: { $0.isSymbol("=") }) else { return nil }
        return self[(equals + 1)...].domainBehindUser() ?? self[..<equals].domainBehindUser()
    }

    /// Without parentheses that stand round all of it.
    var withoutParentheses: ArraySlice<StatementToken> {
        guard first?.isSymbol("(") == true, last?.isSymbol(")") == true else { return self }
        var depth = 0
        for index in indices.dropLast() {
            if self[index].isSymbol("(") { depth += 1 }
            if self[index].isSymbol(")") { depth -= 1 }
            if depth == 0 { return self }
        }
        return dropFirst().dropLast().withoutParentheses
    }

    /// `domain` of `CONCAT('%u', '@', domain)`, `CONCAT('%u@', domain)`, `'%u' || '@' || domain`.
    func domainBehindUser() -> ArraySlice<StatementToken>? {
        var rest = withoutParentheses
        let isSeparator: (StatementToken) -> Bool
        if rest.first?.isWord("concat") == true, rest.dropFirst().first?.isSymbol("(") == true,
            rest.last?.isSymbol(")") == true
        {
            rest = rest.dropFirst(2).dropLast()
            isSeparator = { $0.isSymbol(",") }
        } else {
            isSeparator = { $0.isSymbol("|") }
        }
        guard case .key(let parts)? = rest.first?.kind else { return nil }
        rest = rest.dropFirst().drop(while: isSeparator)
        switch parts {
        case [.valueUser, .text([UInt8(ascii: "@")])], [.keyUser, .text([UInt8(ascii: "@")])]: break
        case [.valueUser], [.keyUser]:
            guard let sign = rest.first, sign.kind == .other,
                sign.bytes.dropFirst().dropLast() == [UInt8(ascii: "@")]
            else { return nil }
            rest = rest.dropFirst().drop(while: isSeparator)
        default: return nil
        }
        guard !rest.isEmpty, !rest.contains(where: { $0.isKey || isSeparator($0) }) else { return nil }
        return rest
    }
}
