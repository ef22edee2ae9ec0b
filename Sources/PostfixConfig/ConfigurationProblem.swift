/// Something that is wrong with main.cf or master.cf: where, what, and what to do about it.
public struct ConfigurationProblem: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Severity: String, Hashable, Sendable {
        /// The configuration cannot be used.
        case error
        /// It can be used, but it does not say what the operator thinks it says.
        case warning
    }

    public var severity: Severity
    /// The file's path; nil where the problem is not in a file (an `-o` option).
    public var file: String?
    /// The first line of the logical line, counted from 1.
    public var line: Int?
    public var parameter: String?
    public var message: String
    /// What the operator can do, as a sentence.
    public var cure: String?

    public init(
        _ severity: Severity, file: String? = nil, line: Int? = nil, parameter: String? = nil,
        _ message: String, cure: String? = nil
    ) {
        self.severity = severity
        self.file = file
        self.line = line
        self.parameter = parameter
        self.message = message
        self.cure = cure
    }

    /// `main.cf, line 3: message`, without the severity, as Postfix logs it.
    public var placedMessage: String {
        let place = [file, line.map { "line \($0)" }].compactMap(\.self).joined(separator: ", ")
        return (place.isEmpty ? "" : place + ": ") + message
    }

    /// `main.cf, line 3: message; cure`
    public var description: String { placedMessage + (cure.map { "; \($0)" } ?? "") }
}

/// The problems that keep a configuration from being used; at least one is an error.
public struct ConfigurationFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public let problems: [ConfigurationProblem]

    public init(_ problems: [ConfigurationProblem]) {
        self.problems = problems
    }

    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
