import PostfixConfig

/// The rules of a `regexp:` or `pcre:` table: regexp_table(5), pcre_table(5).
///
///     /^(.*)-outgoing@(.*)$/  550 Use ${1}@${2} instead
///     if !/^owner-/
///     !/@example\.org$/i      REJECT
///     endif
struct TextRules<Pattern: TextPattern>: Sendable {
    private var rules = RuleList<TextCondition<Pattern>, Replacement>()

    /// - Parameters:
    ///   - allowsSubstitution: false leaves out rules with `$1`.
    ///   - warn: told what is wrong, in Postfix's words.
    init(
        _ lines: [LogicalLine], name: String, allowsSubstitution: Bool = true, warn: (String) -> Void
    ) {
        for line in lines {
            let number = line.numbers.lowerBound
            func warnOfLine(_ text: String) { warn("\(Pattern.type) map \(name), line \(number): \(text)") }
            do throws(TextRuleMistake) {
                switch try TextRuleLine<Pattern>(line, warn: warnOfLine) {
                case .rule(_, let replacement) where !allowsSubstitution && replacement.highestGroup > 0:
                    warnOfLine("regular expression substitution is not allowed: skipping this rule")
                case .rule(let condition, let replacement): rules.add(condition, replacement)
                case .begin(let condition): rules.open(condition, line: number)
                case .end(let hasMore):
                    guard rules.close() else {
                        throw TextRuleMistake("ignoring ENDIF without matching IF")
                    }
                    if hasMore { warnOfLine("ignoring extra text after ENDIF") }
                }
            } catch {
                if let earlier = error.earlier { warn(earlier) }
                warnOfLine(error.description)
            }
        }
        for line in rules.openLines {
            warn("\(Pattern.type) map \(name), line \(line): IF has no matching ENDIF")
        }
    }

    /// The result of the first rule that matches; nil where none does.
    ///
    /// - Throws: the line of the rule and what went wrong.
    func result(
        for key: UnsafeBufferPointer<UInt8>, effort: MatchEffort
    ) throws(TroubleAtLine) -> [UInt8]? {
        let found = try rules.first {
            (condition: TextCondition<Pattern>) throws(TroubleAtLine) -> [Range<Int>?]? in
            do throws(MatchTrouble) {
                return try condition.match(key, effort: effort)
            } catch {
                throw TroubleAtLine(line: condition.line, trouble: error)
            }
        }
        return found.map { $0.outcome.filled(from: key, $0.match) }
    }
}

/// What a line asks of a key: a pattern that must match, or must not.
struct TextCondition<Pattern: TextPattern>: Sendable {
    let pattern: Pattern
    let isNegated: Bool
    /// `/yes/!/no/`
    let second: (pattern: Pattern, isNegated: Bool)?
    /// So many groups are named in what stands right of it.
    let groups: Int
    let line: Int

    /// - Returns: nil where it does not hold; else where the groups stand.
    fileprivate func match(
        _ key: UnsafeBufferPointer<UInt8>, effort: MatchEffort
    ) throws(MatchTrouble) -> [Range<Int>?]? {
        var match = try pattern.match(key, groups: groups, effort: effort)
        if isNegated { match = match == nil ? [] : nil }
        guard match != nil, let second else { return match }
        let isHit = try second.pattern.match(key, groups: 0, effort: effort) != nil
        return isHit == second.isNegated ? nil : match
    }
}

struct TroubleAtLine: Error {
    let line: Int
    let trouble: MatchTrouble
}
