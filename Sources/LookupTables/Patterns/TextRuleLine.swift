import PostfixConfig

/// A line of a `regexp:` or `pcre:` table.
enum TextRuleLine<Pattern: TextPattern> {
    /// `/pattern/flags replacement`
    case rule(TextCondition<Pattern>, Replacement)
    /// `if /pattern/flags`
    case begin(TextCondition<Pattern>)
    /// `endif`, and whether more stands behind it.
    case end(hasMore: Bool)

    /// - Parameter warn: told what is odd about a line that counts all the same.
    init(_ line: LogicalLine, warn: (String) -> Void) throws(TextRuleMistake) {
        let text = line.trimmed
        let number = line.numbers.lowerBound
        if text.first?.isAlphanumeric != true {
            self = try Self.rule(text, line: number, warn: warn)
        } else if var rest = text.afterKeyword("if") {
            let written = try Self.pattern(&rest, warn: warn)
            rest = rest.drop(while: \.isSpace)
            if !rest.isEmpty {
                warn("ignoring extra text after IF statement: \"\(String(decoding: rest, as: UTF8.self))\"")
                warn("do not prepend whitespace to statements between IF and ENDIF")
            }
            self = .begin(
                TextCondition(
                    pattern: try written.compiled(), isNegated: written.isNegated, second: nil, groups: 0,
                    line: number))
        } else if let rest = text.afterKeyword("endif") {
            self = .end(hasMore: !rest.trimmed.isEmpty)
        } else {
            throw TextRuleMistake("ignoring unrecognized request")
        }
    }

    private static func rule(
        _ text: ArraySlice<UInt8>, line: Int, warn: (String) -> Void
    ) throws(TextRuleMistake) -> TextRuleLine {
        var rest = text
        let first = try pattern(&rest, warn: warn)
        let second =
            Pattern.dialect.hasSecondPattern && rest.first == UInt8(ascii: "!")
            ? try pattern(&rest, warn: warn) : nil
        rest = rest.drop(while: \.isSpace)
        if rest.isEmpty { warn("no replacement text: using empty string") }
        let replacement = try replacement(rest, warn: warn)
        let highest = replacement.highestGroup
        if highest > 0, first.isNegated {
            throw TextRuleMistake(
                "$number found in negative match replacement text: skipping this rule")
        }
        let pattern = try first.compiled()
        guard highest <= pattern.groupCount else {
            throw TextRuleMistake("out of range replacement index \"\(highest)\": skipping this rule")
        }
        var other: (Pattern, Bool)?
        if let second { other = (try second.compiled(), second.isNegated) }
        return .rule(
            TextCondition(
                pattern: pattern, isNegated: first.isNegated, second: other, groups: highest, line: line),
            replacement)
    }

    private static func replacement(
        _ text: ArraySlice<UInt8>, warn: (String) -> Void
    ) throws(TextRuleMistake) -> Replacement {
        let mistake = "bad replacement syntax: skipping this rule"
        do throws(Replacement.Mistake) {
            return try Replacement(text)
        } catch {
            switch error {
            case .syntax(let complaint): throw TextRuleMistake(mistake, earlier: complaint)
            case .notNumeric(let index): warn("non-numeric replacement index \"\(index)\"")
            case .zero(let index): warn("\(Pattern.dialect.outOfRange) replacement index \"\(index)\"")
            }
            throw TextRuleMistake(mistake)
        }
    }

    /// Takes `!/pattern/flags` from the start of a line.
    private static func pattern(
        _ rest: inout ArraySlice<UInt8>, warn: (String) -> Void
    ) throws(TextRuleMistake) -> Written {
        let start = rest.firstIndex { $0 != UInt8(ascii: "!") && !$0.isSpace } ?? rest.endIndex
        let negations = rest[..<start].count { $0 == UInt8(ascii: "!") }
        rest = rest[start...]
        guard let delimiter = rest.popFirst() else {
            throw TextRuleMistake("no regexp: skipping this rule")
        }
        var end = rest.startIndex
        while end < rest.endIndex, rest[end] != delimiter {
            // A backslash that is the delimiter itself still takes the byte behind it along.
            end += rest[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard end < rest.endIndex, rest[end] == delimiter else {
            let shown = String(decoding: [delimiter], as: UTF8.self)
            throw TextRuleMistake("no closing regexp delimiter \"\(shown)\": \(Pattern.dialect.unclosed)")
        }
        let text = rest[..<end]
        rest = rest[(end + 1)...]
        let flags = rest.prefix {
            !$0.isSpace && !(Pattern.dialect.hasSecondPattern && $0 == UInt8(ascii: "!"))
        }
        for flag in flags {
            let shown = String(decoding: [flag], as: UTF8.self)
            guard Pattern.dialect.flags.contains(flag) else {
                throw TextRuleMistake("unknown regexp option \"\(shown)\": skipping this rule")
            }
            if Pattern.dialect.obsoleteFlags.contains(flag) {
                warn("ignoring obsolete regexp option \"\(shown)\"")
            }
        }
        rest = rest[flags.endIndex...]
        return Written(isNegated: !negations.isMultiple(of: 2), text: text, flags: flags)
    }

    /// A pattern as it stands in the file.
    private struct Written {
        let isNegated: Bool
        let text: ArraySlice<UInt8>
        let flags: ArraySlice<UInt8>

        func compiled() throws(TextRuleMistake) -> Pattern {
            do throws(PatternMistake) {
                return try Pattern(text, flags: flags)
            } catch {
                throw TextRuleMistake(error.description)
            }
        }
    }
}

/// Why a line is left out.
struct TextRuleMistake: Error {
    let description: String
    /// A warning that comes before, without the line.
    let earlier: String?

    init(_ description: String, earlier: String? = nil) {
        self.description = description
        self.earlier = earlier
    }
}
