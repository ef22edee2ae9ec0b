/// What the operator wrote: one setup's parameters, with `$name` expanded.
///
///     let configuration = try Configuration.load(directory: "/etc/postfix")
///     configuration[.myhostname]                                       // "mail.example.org"
///     configuration.value(named: "aliases_query")                      // "SELECT …"
///     configuration.destinationConcurrencyLimit(transport: "lmtp")     // 20
///
/// A value: what was read once stays as it was. All values are checked when the configuration is made, so
/// reading one cannot fail.
public struct Configuration: Sendable {
    private let source: ConfigurationSource
    /// Every parameter of the catalogue and every one that was set, expanded.
    private let expanded: [String: String]
    /// What is wrong, but does not keep the configuration from being used.
    public private(set) var warnings: [ConfigurationProblem]

    /// Where main.cf stands; `$config_directory`.
    public var directory: String { source.directory }

    /// - Parameter values: `name` → text as main.cf would have it.
    /// - Throws: all that is wrong with the values, when some of it is an error.
    public init(directory: String, values: [String: String]) throws(ConfigurationFailure) {
        try self.init(ConfigurationSource(directory: directory, values: values), places: [:], problems: [])
    }

    /// Reads `main.cf` in the directory.
    /// - Throws: all that is wrong with the file, when some of it is an error.
    public static func load(directory: String) throws(ConfigurationFailure) -> Configuration {
        let file: MainFile
        do {
            file = try MainFile(path: directory + "/main.cf")
        } catch {
            throw ConfigurationFailure([error])
        }
        return try Configuration(file, directory: directory)
    }

    public init(_ file: MainFile, directory: String) throws(ConfigurationFailure) {
        var values: [String: String] = [:]
        var places: [String: Place] = [:]
        for entry in file.entries {
            values[entry.name] = entry.value
            places[entry.name] = Place(file: file.path, line: entry.line)
        }
        try self.init(
            ConfigurationSource(directory: directory, values: values), places: places, problems: file.problems
        )
    }

    /// The configuration with some parameters set otherwise: the `-o` options of a service in master.cf.
    public func overriding(_ values: [(name: String, value: String)]) throws(ConfigurationFailure)
        -> Configuration
    {
        var source = source
        for (name, value) in values { source.values[name] = value }
        var overridden = try Configuration(source, places: [:], problems: [])
        let names = Set(values.map(\.name))
        overridden.warnings.removeAll { !names.contains($0.parameter ?? "") }
        return overridden
    }

    public subscript<Value>(parameter: Parameter<Value>) -> Value {
        let text = expanded[parameter.name] ?? ""
        return (try? Value.read(text, as: parameter.definition.kind)) ?? .unreadable
    }

    /// The expanded value of any parameter: one of the catalogue, one that main.cf defines for itself, or one
    /// that each transport has. Nil where there is none of that name.
    public func value(named name: String) -> String? {
        if let value = expanded[name] { return value }
        guard let parameter = PerTransportParameter(name: name) else { return nil }
        return expanded[parameter.suffix.common]
    }

    /// Whether main.cf or an option sets the parameter.
    public func isSet(_ name: String) -> Bool { source.isSet(name) }
}

extension Configuration {
    struct Place {
        var file: String
        var line: Int
    }

    private init(
        _ source: ConfigurationSource, places: [String: Place], problems: [ConfigurationProblem]
    ) throws(ConfigurationFailure) {
        var problems = problems
        var expander = Expander(source)
        let check = ConfigurationCheck(source: source, places: places)
        let all = Set(ParameterCatalogue.all.map(\.name)).union(source.values.keys)
        problems += all.sorted().compactMap { check.problem(with: $0, &expander) }
        problems += check.warnings(&expander)
        if problems.contains(where: { $0.severity == .error }) { throw ConfigurationFailure(problems) }
        self.source = source
        self.expanded = expander.expanded
        self.warnings = problems
    }
}
