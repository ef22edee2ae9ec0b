import MailFormat
import PostfixConfig

/// The rules of a `cidr:` table.
struct CIDRRules: Sendable {
    private struct Condition: Sendable {
        let pattern: AddressPattern
        let isNegated: Bool

        func holds(for address: IPAddress) -> Bool {
            pattern.isComparable(to: address) && pattern.contains(address) != isNegated
        }
    }

    private var rules = RuleList<Condition, String>()

    /// - Parameter warn: told what is wrong where, as in `3: bad mask length in "1.2.3.0/33": skipping this rule`.
    init(_ lines: [LogicalLine], warn: (String) -> Void) {
        for line in lines {
            do throws(BadRule) {
                try add(line)
            } catch {
                warn("\(line.numbers.lowerBound): \(error.reason): skipping this rule")
            }
        }
        for line in rules.openLines { warn("\(line): IF has no matching ENDIF") }
    }

    func result(for address: IPAddress) -> String? {
        rules.first { $0.holds(for: address) ? () : nil }?.outcome
    }

    private struct BadRule: Error {
        let reason: String
    }

    private mutating func add(_ line: LogicalLine) throws(BadRule) {
        let text = line.trimmed
        if let rest = text.afterKeyword("endif") {
            guard rest.trimmed.isEmpty else { throw BadRule(reason: "garbage after ENDIF") }
            guard rules.close() else { throw BadRule(reason: "ENDIF without IF") }
        } else if let rest = text.afterKeyword("if") {
            rules.open(try Self.condition(rest.trimmed), line: line.numbers.lowerBound)
        } else {
            let start = text.firstIndex { $0 != UInt8(ascii: "!") && !$0.isSpace } ?? text.endIndex
            let end = text[start...].firstIndex(where: \.isSpace) ?? text.endIndex
            let value = text[end...].trimmed
            guard start < end else { throw BadRule(reason: "no address pattern") }
            guard !value.isEmpty else { throw BadRule(reason: "no lookup result") }
            rules.add(try Self.condition(text[..<end]), String(decoding: value, as: UTF8.self))
        }
    }

    /// - Parameter text: `!` any number of times, white space, an address or a network.
    private static func condition(_ text: ArraySlice<UInt8>) throws(BadRule) -> Condition {
        let pattern = text.drop { $0 == UInt8(ascii: "!") || $0.isSpace }
        let negations = text[..<pattern.startIndex].count { $0 == UInt8(ascii: "!") }
        guard !pattern.isEmpty else { throw BadRule(reason: "no address pattern") }
        do throws(AddressPattern.Mistake) {
            return Condition(
                pattern: try AddressPattern(String(decoding: pattern, as: UTF8.self)),
                isNegated: !negations.isMultiple(of: 2))
        } catch {
            throw BadRule(reason: error.description)
        }
    }
}
