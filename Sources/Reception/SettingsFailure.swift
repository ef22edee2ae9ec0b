/// A parameter that reception cannot do what it says with.
public struct SettingsFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public let parameter: String
    public let reason: String

    public init(_ parameter: String, _ reason: String) {
        self.parameter = parameter
        self.reason = reason
    }

    public var description: String { "\(parameter): \(reason)" }
}
