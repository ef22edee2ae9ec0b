/// A parameter of main.cf: its name, its type, its default and what it is for.
///
/// The definition is the documentation: `martlet postconf`, the manual and the code that reads the value
/// share it. Definitions stand in `Parameters/`, by topic; ``ParameterCatalogue`` lists them all.
///
///     extension Parameter<Int> {
///         public static let messageSizeLimit = Self("message_size_limit", default: "10240000",
///             "The largest message that is accepted, in bytes; 0 is no limit.")
///     }
///
/// A default is text as main.cf would have it, so it may hold `$name`.
public struct Parameter<Value: Sendable>: Sendable {
    public let name: String
    public let defaultText: String
    public let summary: String
    /// Reads expanded text.
    let read: @Sendable (String) throws(ParameterValueError) -> Value

    init(
        _ name: String, default defaultText: String, _ summary: String,
        read: @escaping @Sendable (String) throws(ParameterValueError) -> Value
    ) {
        self.name = name
        self.defaultText = defaultText
        self.summary = summary
        self.read = read
    }
}

/// What is wrong with a value, in words that follow "name = value: ".
public struct ParameterValueError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
