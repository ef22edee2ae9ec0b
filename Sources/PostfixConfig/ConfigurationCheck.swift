/// Tells an operator what of their settings does not do what it says.
struct ConfigurationCheck {
    let source: ConfigurationSource
    /// Where each parameter is set; those that no file sets have none.
    let places: [String: Configuration.Place]

    /// What is wrong with the value of one parameter; nil where it is good.
    func problem(with name: String, _ expander: inout Expander) -> ConfigurationProblem? {
        do {
            guard let value = try expander.value(of: name) else { return nil }
            try ParameterCatalogue.kind(of: name)?.check(value)
            return nil
        } catch let error as ExpansionError {
            return problem(
                .error, name, "\(name) = \(written(name)): \(error)",
                cure: "correct the $name expression; $$ is a plain dollar sign")
        } catch {
            return problem(.error, name, "\(name) = \(written(name)): \(error)", cure: cure(for: name))
        }
    }

    /// Names that mean nothing, as Postfix warns of them, and settings that Martlet does not obey although they
    /// decide who may send mail or where it goes.
    func warnings(_ expander: inout Expander) -> [ConfigurationProblem] {
        let use = try? SettingsInUse(
            settings: source.values, source: source, known: Self.isKnown, defined: { _ in true })
        var warnings: [ConfigurationProblem] = []
        for (name, value) in source.values.sorted(by: { $0.key < $1.key }) {
            if let definition = ParameterCatalogue.definition(of: name) {
                if let warning = warning(about: definition, &expander) { warnings.append(warning) }
            } else if use?.isUsed(name) == false {
                let meant = Spelling.nearest(to: name, in: ParameterCatalogue.all.lazy.map(\.name))
                warnings.append(
                    problem(
                        .warning, name, "unused parameter: \(name)=\(value)",
                        cure: meant.map { "did you mean \($0)?" }
                            ?? "remove it, or name it as $\(name) somewhere"))
            }
        }
        return warnings
    }

    /// Services of master.cf may use a name that main.cf alone does not explain.
    private static func isKnown(_ name: String) -> Bool {
        ParameterCatalogue.definition(of: name) != nil || ParameterCatalogue.formerNames.contains(name)
            || PerTransportParameter(name: name) != nil || name.hasSuffix("_time_limit")
    }

    private func warning(
        about definition: ParameterDefinition, _ expander: inout Expander
    ) -> ConfigurationProblem? {
        let consequence: String
        switch definition.effect {
        case .actedOn, .notActedOn: return nil
        case .notActedOnButGuards: consequence = "it does not change who may send mail"
        case .notActedOnButRoutes: consequence = "it does not change where mail goes"
        }
        // What the default says anyway is obeyed.
        guard case .text(let text) = definition.default, let value = try? expander.value(of: definition.name),
            let usual = try? expander.expand(text), value != usual
        else { return nil }
        return problem(
            .warning, definition.name,
            "Martlet does not act on \(definition.name) = \(value): \(consequence)",
            cure: "remove it when that is what you want")
    }

    private func cure(for name: String) -> String? {
        guard case .text(let text) = ParameterCatalogue.definition(of: name)?.default else { return nil }
        return "the default is \(text.isEmpty ? "empty" : text)"
    }

    /// The text as main.cf has it, else the default's.
    private func written(_ name: String) -> String {
        if case .text(let text) = source.text(of: name) { text } else { "" }
    }

    private func problem(
        _ severity: ConfigurationProblem.Severity, _ name: String, _ message: String, cure: String?
    ) -> ConfigurationProblem {
        ConfigurationProblem(
            severity, file: places[name]?.file, line: places[name]?.line, parameter: name, message, cure: cure
        )
    }
}
