/// Where the text of parameters comes from, before anything is expanded: options, then main.cf, then defaults.
struct ConfigurationSource: Sendable {
    /// Where main.cf stands; `$config_directory`.
    let directory: String
    /// What was set: name → text.
    var values: [String: String]
    /// The parameters that the services of master.cf have, with their defaults; nil: any that a service could have.
    var serviceParameters: [String: String]?
    /// `$process_name`.
    var processName = CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? ""

    func isSet(_ name: String) -> Bool { values[name] != nil }

    /// Whether `$name` in a parameter's value is left as it is.
    func isTemplate(_ name: String) -> Bool { ParameterCatalogue.kind(of: name) == .template }

    /// The text that an expansion starts from; nil where there is no such parameter.
    func text(of name: String) -> ParameterDefault? {
        if let value = values[name] { return .text(value) }
        if let definition = ParameterCatalogue.definition(of: name) { return definition.default }
        if let serviceParameters { return serviceParameters[name].map { .text($0) } }
        return PerTransportParameter(name: name).map { .text($0.defaultText) }
    }
}
