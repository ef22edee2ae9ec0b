/// The comparison in `${{a} == {b} ? …}`.
struct Comparison {
    /// What a comparison without branches answers when it holds; else it answers nothing.
    static let holding = "true"

    private static let operators = ["==", "!=", "<", "<=", ">=", ">"]
    private let relation: String
    private let comparesLevels: Bool

    init(taking expression: inout ExpressionText) throws(ExpansionError) {
        expression.skipSpace()
        let start = expression
        guard let relation = expression.take(oneOf: Self.operators) else {
            throw .syntax(
                #""==" or "!="" or "<"" or "<="" or ">="" or ">" expected at: "# + expression.place)
        }
        let suffix = expression.takeWord()
        guard suffix.isEmpty || suffix.elementsEqual("level".utf8) else {
            throw .syntax("bad operator suffix at: \(start.place)")
        }
        self.relation = relation
        comparesLevels = !suffix.isEmpty
    }

    func holds(_ left: String, _ right: String) throws(ExpansionError) -> Bool {
        if comparesLevels { return holds(order(try Self.level(left), try Self.level(right))) }
        if left.isAllDigits, right.isAllDigits {
            guard let leftNumber = Int(left) else { throw .syntax("number too large: \(left)") }
            guard let rightNumber = Int(right) else { throw .syntax("number too large: \(right)") }
            return holds(order(leftNumber, rightNumber))
        }
        // Byte order, as strcmp() has it.
        if left.utf8.elementsEqual(right.utf8) { return holds(0) }
        return holds(left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1)
    }

    private func order(_ left: Int, _ right: Int) -> Int { left < right ? -1 : left > right ? 1 : 0 }

    /// - Parameter order: -1, 0 or 1, as the left is before, equal to or after the right.
    private func holds(_ order: Int) -> Bool {
        switch relation {
        case "==": order == 0
        case "!=": order != 0
        case "<": order < 0
        case "<=": order <= 0
        case ">=": order >= 0
        default: order > 0
        }
    }

    private static func level(_ text: String) throws(ExpansionError) -> Int {
        guard let level = CompatibilityLevel(text) else {
            throw .syntax("malformed compatibility level syntax: \"\(text)\"")
        }
        return level.rank
    }
}

/// `compatibility_level`: which Postfix's defaults apply, as `major[.minor[.patch]]`.
public struct CompatibilityLevel: Hashable, Sendable, Comparable {
    public let major: Int
    public let minor: Int
    public let patch: Int

    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count) else { return nil }
        var numbers: [Int] = []
        for part in parts {
            guard String(part).isAllDigits, let number = Int(part), number < 1 << 20 else { return nil }
            numbers.append(number)
        }
        major = numbers[0]
        minor = numbers.count > 1 ? numbers[1] : 0
        patch = numbers.count > 2 ? numbers[2] : 0
    }

    var rank: Int { (major << 40) | (minor << 20) | patch }

    public static func < (one: Self, other: Self) -> Bool { one.rank < other.rank }
}

extension String {
    var isAllDigits: Bool { !isEmpty && utf8.allSatisfy(\.isASCIIDigit) }
}
