/// Which settings of main.cf and master.cf mean something: those of the catalogue, those that a service brings,
/// and those that the operator made up and names elsewhere. What remains is likely mistyped.
struct SettingsInUse {
    /// Settings of main.cf, or of one service, and what tells whether they are used.
    private let source: ConfigurationSource
    /// Names that are known whatever main.cf says.
    private let known: (String) -> Bool
    /// Those of the candidates, and of main.cf for a service, that something names.
    private(set) var used: Set<String> = []
    /// Names that a value refers to although nothing defines them, as often as it does.
    private(set) var undefined: [String] = []
    /// What is wrong with expressions in settings that nothing reads.
    private(set) var malformed: [String] = []
    /// Files of lookup tables that values name.
    private(set) var files: [TableParameters.Reference] = []

    /// - Parameters:
    ///   - settings: the settings to judge: name → value.
    ///   - source: what they and everything else expand with.
    ///   - known: whether a name needs no other setting to mean something.
    ///   - defined: whether a name that a value refers to is set at all.
    init(
        settings: [String: String], source: ConfigurationSource, known: @escaping (String) -> Bool,
        defined: (String) -> Bool
    ) throws(ExpansionError) {
        self.source = source
        self.known = known
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) where !source.isTemplate(name) {
            let references: [String]
            do {
                references = try MacroExpression.parameters(namedIn: value)
            } catch {
                malformed.append(error.description)
                // A setting that nothing reads does no harm.
                if known(name) { throw error }
                continue
            }
            for reference in references where !known(reference) {
                if source.isSet(reference) {
                    used.insert(reference)
                } else if !defined(reference) {
                    undefined.append(reference)
                }
            }
        }
        followValues(settings: settings, defined: defined)
    }

    /// Tables and restriction classes bring settings of their own, whose values may bring more.
    private mutating func followValues(settings: [String: String], defined: (String) -> Bool) {
        var expander = Expander(source)
        // What the operator made up counts through the parameters that name it, as for Postfix.
        var open = settings.keys.filter {
            known($0) && !source.isTemplate($0) && !ParameterCatalogue.formerNames.contains($0)
        }
        var done: Set<String> = []
        while let name = open.popLast() {
            // A value that depends on itself is told to who asks for it expanded.
            guard done.insert(name).inserted, let value = try? expander.value(of: name) else { continue }
            var brought: [String] = name == "smtpd_restriction_classes" ? ListSyntax.split(value) : []
            for table in TableParameters.references(in: value) {
                if table.isFile {
                    if !files.contains(table) { files.append(table) }
                } else {
                    brought += TableParameters.settings(of: table.type).map { "\(table.name)_\($0)" }
                }
            }
            if name == "smtpd_restriction_classes" {
                undefined += brought.filter { !source.isSet($0) && !known($0) && !defined($0) }
            }
            for name in brought where source.isSet(name) && used.insert(name).inserted { open.append(name) }
        }
    }

    func isUsed(_ name: String) -> Bool { known(name) || used.contains(name) }
}
