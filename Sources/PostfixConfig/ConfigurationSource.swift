/// Where the text of parameters comes from, before anything is expanded: options, then main.cf, then defaults.
struct ConfigurationSource: Sendable {
    /// Where main.cf stands; `$config_directory`.
    let directory: String
    /// What was set: name → text.
    var values: [String: String]

    func isSet(_ name: String) -> Bool { values[name] != nil }

    /// The text that an expansion starts from; nil where there is no such parameter.
    func text(of name: String) -> ParameterDefault? {
        if let value = values[name] { return .text(value) }
        if let definition = ParameterCatalogue.definition(of: name) { return definition.default }
        return PerTransportParameter(name: name).map { .text($0.defaultText) }
    }
}
