/// A parameter that Martlet acts on, with the Swift type of its value.
///
/// The definition is the documentation: `martlet postconf`, the manual and the code that reads the value
/// share it. Definitions stand in `Parameters/`, by topic; ``ParameterCatalogue`` lists them all.
///
///     extension Parameter<Int> {
///         public static var messageSizeLimit: Self {
///             Self("message_size_limit", default: "10240000", "The largest message … 0 is no limit.")
///         }
///     }
///
/// A default is text as main.cf would have it, so it may hold `$name`.
public struct Parameter<Value: ParameterValue>: Sendable {
    public let definition: ParameterDefinition

    public var name: String { definition.name }
}

extension Parameter<String> {
    init(_ name: String, default text: String, notEmpty: Bool = false, _ summary: String) {
        definition = .init(name, notEmpty ? .word : .text, .text(text), summary, .actedOn)
    }

    /// Text in which `$name` stands for something that is known only where the text is used: ``Template``.
    init(_ name: String, template text: String, _ summary: String) {
        definition = .init(name, .template, .text(text), summary, .actedOn)
    }

    init(_ name: String, default text: String, oneOf choices: [String], _ summary: String) {
        definition = .init(name, .choice(choices), .text(text), summary, .actedOn)
    }

    init(_ name: String, computed value: MachineDefault, _ summary: String) {
        definition = .init(name, .text, .machine(value), summary, .actedOn)
    }
}

extension Parameter<Bool> {
    init(_ name: String, default text: String, _ summary: String) {
        definition = .init(name, .boolean, .text(text), summary, .actedOn)
    }
}

extension Parameter<Int> {
    init(_ name: String, default text: String, in range: ClosedRange<Int> = 0...Int.max, _ summary: String) {
        definition = .init(name, .number(range), .text(text), summary, .actedOn)
    }
}

extension Parameter<Duration> {
    /// - Parameter minimum: the shortest time that is allowed, in seconds.
    init(_ name: String, default text: String, atLeast minimum: Int = 0, _ summary: String) {
        definition = .init(name, .time(.seconds, atLeast: minimum), .text(text), summary, .actedOn)
    }
}

extension Parameter<[String]> {
    /// Words separated by comma or white space; `{…}` keeps its inside together.
    ///
    /// - Parameter remembersAnswers: see ``ParameterDefinition/remembersAnswers``; only for tables that say which
    ///   addresses are ours and where their mail goes.
    init(_ name: String, default text: String, remembersAnswers: Bool = false, _ summary: String) {
        definition = .init(
            name, .list, .text(text), summary, .actedOn, remembersAnswers: remembersAnswers)
    }

    init(_ name: String, computed value: MachineDefault, _ summary: String) {
        definition = .init(name, .list, .machine(value), summary, .actedOn)
    }
}
