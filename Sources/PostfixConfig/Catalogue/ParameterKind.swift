/// The syntax of a parameter's value: postconf(5).
public enum ParameterKind: Hashable, Sendable {
    case text
    /// Text that must not be empty.
    case word
    /// Text in which `$name` stands for something that is known only where the text is used.
    case template
    /// One of a few words.
    case choice([String])
    /// `yes` or `no`.
    case boolean
    case number(ClosedRange<Int>)
    /// A number with a unit: `s`, `m`, `h`, `d` or `w`; the unit counts where none is given.
    case time(TimeUnit, atLeast: Int)
    /// Words separated by comma or white space; `{…}` keeps its inside together.
    case list

    /// Any number from 0.
    static let number = Self.number(0...Int.max)
    /// Any time; a number without a unit counts what the default counts.
    static let time = Self.time(.seconds, atLeast: 0)

    /// A time counts the unit that its default has, when none is given.
    func counting(asIn default: ParameterDefault) -> Self {
        guard case .time(_, let minimum) = self, case .text(let text) = `default`,
            let unit = text.last.flatMap(TimeUnit.init)
        else { return self }
        return .time(unit, atLeast: minimum)
    }

    /// Whether the expanded text is a value of this kind.
    func check(_ text: String) throws(ParameterValueError) {
        switch self {
        case .text, .template, .list: break
        case .word:
            if text.isEmpty { throw ParameterValueError("must not be empty") }
        case .choice(let words):
            if !words.contains(text) {
                throw ParameterValueError("must be one of \(words.joined(separator: ", "))")
            }
        case .boolean: _ = try Bool.read(text, as: self)
        case .number: _ = try Int.read(text, as: self)
        case .time: _ = try Duration.read(text, as: self)
        }
    }
}

/// The unit of a time in main.cf.
public enum TimeUnit: Character, Hashable, Sendable {
    case seconds = "s"
    case minutes = "m"
    case hours = "h"
    case days = "d"
    case weeks = "w"

    public var inSeconds: Int {
        switch self {
        case .seconds: 1
        case .minutes: 60
        case .hours: 3_600
        case .days: 86_400
        case .weeks: 604_800
        }
    }
}

/// What is wrong with a value, in words that follow "name = value: ".
public struct ParameterValueError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
