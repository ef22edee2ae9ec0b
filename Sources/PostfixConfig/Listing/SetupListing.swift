/// What main.cf and master.cf say, as `postconf` shows it.
public struct SetupListing: Sendable {
    /// The parameters of one kind: `postconf -C`.
    public enum Origin: String, Sendable, CaseIterable {
        case builtin, service, user
    }

    let source: ConfigurationSource
    let services: [MasterService]
    /// Settings that the operator made up and uses.
    private let userDefined: Set<String>
    /// What is likely mistyped, in Postfix's words: in main.cf and the files of lookup tables, …
    public let mainWarnings: [String]
    /// … and in master.cf.
    public let masterWarnings: [String]

    /// - Parameters:
    ///   - main: main.cf; nil shows the defaults alone.
    ///   - overrides: what stands in for main.cf's settings.
    ///   - processName: the value of `process_name`.
    /// - Throws: an expression that cannot be expanded.
    public init(
        directory: ConfigurationDirectory, main: MainFile?, master: MasterFile?,
        overrides: [(name: String, value: String)] = [], processName: String
    ) throws(ExpansionError) {
        var values: [String: String] = [:]
        if directory.isNamed, main != nil { values["config_directory"] = directory.path }
        var mainWarnings: [String] = []
        for entry in main?.entries ?? [] {
            if entry.name == "config_directory", let named = values[entry.name], named == directory.path {
                mainWarnings.append(
                    "\(main?.path ?? ""), line \(entry.line): overriding earlier entry: \(entry.name)=\(named)"
                )
            }
            values[entry.name] = entry.value
        }
        for (name, value) in overrides { values[name] = value }
        let services = master?.services ?? []
        let source = ConfigurationSource(
            directory: main == nil ? ConfigurationDirectory.preset : directory.path, values: values,
            serviceParameters: ServiceParameters.defaults(of: services), processName: processName)
        let known = { name in Self.isKnown(name, in: source) }
        let inServices = Set(services.flatMap { $0.overrides.map(\.name) })
        let use = try SettingsInUse(settings: values, source: source, known: known) {
            inServices.contains($0) || $0 == "service_name"
        }
        var used = use.used
        mainWarnings += use.malformed
        mainWarnings += use.undefined.map { "\(main?.path ?? ""): undefined parameter: \($0)" }
        var masterWarnings: [String] = []
        // What main.cf refers to may be set by a service instead.
        let named = Set(Self.names(in: values, source))
        for service in services {
            let overrides = Dictionary(service.overrides) { _, last in last }
            var inner = source
            inner.values.merge(overrides) { _, own in own }
            inner.values["service_name"] = service.name
            let use = try SettingsInUse(
                settings: overrides.merging(values) { own, _ in own }, source: inner,
                known: { known($0) || named.contains($0) }, defined: { _ in false })
            let path = master?.path ?? ""
            for (name, value) in overrides.sorted(by: { $0.key < $1.key }) {
                if !source.isTemplate(name) {
                    for reference in try MacroExpression.parameters(namedIn: value)
                    where !known(reference) && !inner.isSet(reference) {
                        masterWarnings.append("\(path): undefined parameter: \(reference)")
                    }
                }
                if !use.isUsed(name) { masterWarnings.append("\(path): unused parameter: \(name)=\(value)") }
            }
            used.formUnion(use.used.intersection(values.keys).subtracting(overrides.keys))
        }
        mainWarnings += values.filter { !known($0.key) && !used.contains($0.key) }
            .sorted { $0.key < $1.key }.map { "\(main?.path ?? ""): unused parameter: \($0.key)=\($0.value)" }
        for file in use.files { mainWarnings += Self.warnings(about: file) }
        self.source = source
        self.services = services
        self.userDefined = used
        self.mainWarnings = mainWarnings
        self.masterWarnings = masterWarnings
    }

    private static func names(in values: [String: String], _ source: ConfigurationSource) -> [String] {
        values.filter { !source.isTemplate($0.key) }
            .flatMap { (try? MacroExpression.parameters(namedIn: $0.value)) ?? [] }
    }

    /// Whether a name needs no other setting to mean something.
    private static func isKnown(_ name: String, in source: ConfigurationSource) -> Bool {
        ParameterCatalogue.definition(of: name) != nil || source.serviceParameters?[name] != nil
            || ParameterCatalogue.formerNames.contains(name)
    }

    private static func warnings(about table: TableParameters.Reference) -> [String] {
        let file: MainFile
        do {
            file = MainFile(path: table.name, text: try FileContent.read(table.name))
        } catch {
            return ["open \"\(table.type)\" configuration \"\(table.name)\": \(error.description)"]
        }
        let known = TableParameters.settings(of: table.type)
        let latest = Dictionary(file.entries.map { ($0.name, $0.value) }) { _, last in last }
        return file.problems.map(\.description)
            + latest.filter { !known.contains($0.key) }.sorted { $0.key < $1.key }
            .map { "\(table.type):\(table.name): unused parameter: \($0.key)=\($0.value)" }
    }
}

// What there is to show.
extension SetupListing {
    /// The names of all parameters that mean something, in the order of strcmp(3).
    public func names(of origins: Set<Origin>, onlySet: Bool) -> [String] {
        var names: Set<String> = []
        if origins.contains(.builtin) {
            // What a service brings counts as the service's, even where the catalogue has it: local's limits.
            names.formUnion(
                ParameterCatalogue.all.map(\.name).filter { source.serviceParameters?[$0] == nil })
        }
        if origins.contains(.service) { names.formUnion(source.serviceParameters?.keys.map { $0 } ?? []) }
        if origins.contains(.user) {
            names.formUnion(userDefined)
            names.formUnion(ParameterCatalogue.formerNames.filter { source.isSet($0) })
        }
        return names.filter { !onlySet || source.isSet($0) }.sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
    }

    public func isKnown(_ name: String) -> Bool {
        Self.isKnown(name, in: source) || userDefined.contains(name)
    }

    public func isSet(_ name: String) -> Bool { source.isSet(name) }

    /// The value as it was written, else the default.
    public func text(of name: String) throws(ExpansionError) -> String {
        switch source.text(of: name) {
        case .text(let text): text
        case .machine: try expandedText(of: name)
        case nil: ""
        }
    }

    public func expandedText(of name: String) throws(ExpansionError) -> String {
        var expander = Expander(source)
        return try expander.value(of: name) ?? ""
    }

    /// A service with its `-o` values expanded.
    public func expanded(_ service: MasterService) throws(ExpansionError) -> MasterService {
        var source = source
        source.values.merge(Dictionary(service.overrides) { _, last in last }) { _, own in own }
        source.values["service_name"] = service.name
        var expander = Expander(source)
        return try service.mappingOverrides { value throws(ExpansionError) in try expander.expand(value) }
    }
}
