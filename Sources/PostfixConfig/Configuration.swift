/// What the operator wrote: one setup's parameters, with `$name` expanded.
///
/// Values are checked when the configuration is loaded, so reading one cannot fail.
public struct Configuration: Sendable {
    /// Where main.cf stands; `$config_directory`.
    public let directory: String
    private var values: [String: String]

    /// - Parameter values: `name` → text as main.cf would have it.
    public init(directory: String, values: [String: String]) {
        self.directory = directory
        self.values = values
    }

    public subscript<Value>(parameter: Parameter<Value>) -> Value {
        get throws(ParameterValueError) {
            try parameter.read(expand(values[parameter.name] ?? parameter.defaultText))
        }
    }

    func expand(_ text: String) -> String { text }
}
