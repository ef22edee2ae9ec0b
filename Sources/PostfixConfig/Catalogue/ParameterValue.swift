/// A Swift type that a parameter of main.cf can have.
public protocol ParameterValue: Sendable {
    /// Reads text in which every `$name` has been expanded.
    static func read(_ text: String, as kind: ParameterKind) throws(ParameterValueError) -> Self

    /// What stands for text that was never checked; no loaded configuration holds such text.
    static var unreadable: Self { get }
}

extension String: ParameterValue {
    public static var unreadable: String { "" }

    public static func read(_ text: String, as kind: ParameterKind) throws(ParameterValueError) -> String {
        text
    }
}

extension Bool: ParameterValue {
    public static var unreadable: Bool { false }

    public static func read(_ text: String, as kind: ParameterKind) throws(ParameterValueError) -> Bool {
        switch text.lowercased() {
        case "yes": true
        case "no": false
        default: throw ParameterValueError("must be yes or no")
        }
    }
}

extension Int: ParameterValue {
    public static var unreadable: Int { 0 }

    public static func read(_ text: String, as kind: ParameterKind) throws(ParameterValueError) -> Int {
        guard let number = Int(text) else { throw ParameterValueError("must be a number") }
        if case .number(let range) = kind {
            if number < range.lowerBound { throw ParameterValueError("must be at least \(range.lowerBound)") }
            if number > range.upperBound { throw ParameterValueError("must be at most \(range.upperBound)") }
        }
        return number
    }
}

extension Duration: ParameterValue {
    public static var unreadable: Duration { .zero }

    public static func read(_ text: String, as kind: ParameterKind) throws(ParameterValueError) -> Duration {
        var unit = TimeUnit.seconds
        var minimum = 0
        if case .time(let usual, let least) = kind { (unit, minimum) = (usual, least) }
        var digits = text[...]
        if let last = text.lowercased().last, let named = TimeUnit(rawValue: last) {
            unit = named
            digits = digits.dropLast()
        }
        guard let count = Int(digits) else {
            throw ParameterValueError("must be a time such as 30s, 5m, 4h, 2d or 1w")
        }
        let (seconds, overflow) = count.multipliedReportingOverflow(by: unit.inSeconds)
        // Postfix keeps times in an int.
        if overflow || seconds > Int(Int32.max) { throw ParameterValueError("is too long a time") }
        if seconds < minimum { throw ParameterValueError("must be at least \(minimum)s") }
        return .seconds(seconds)
    }
}

extension [String]: ParameterValue {
    public static var unreadable: [String] { [] }

    public static func read(_ text: String, as kind: ParameterKind) throws(ParameterValueError) -> [String] {
        ListSyntax.split(text)
    }
}
