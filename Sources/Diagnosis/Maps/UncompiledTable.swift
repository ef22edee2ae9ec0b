/// `hash:/etc/aliases` without its `/etc/aliases.db`, or with one that is older than the text.
public struct UncompiledTable: Rule {
    public static let name = "uncompiled-table"
    public static let summary = "A text map was never compiled, or was edited after it was compiled."
    public static let remedy = "`postmap TYPE:NAME`, or `postalias` for aliases"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.files

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        setup.maps.compactMap { finding(about: $0, setup) }
    }

    private func finding(about map: NamedMap, _ setup: Setup) -> Finding? {
        guard case .source(let kind) = map.content, let source = try? FileStatus(path: map.name) else {
            return nil
        }
        let compiled = kind.file(of: map.name)
        let parameters = map.parameters.joined(separator: ", ")
        let isAliases = map.parameters.contains { $0 == "alias_maps" || $0 == "alias_database" }
        let commands = [
            Finding.Command(
                "\(setup.configuration.command(isAliases ? "postalias" : "postmap")) \(Shell.quoted(map.specification))")
        ]
        let made: FileStatus
        do throws(SystemReason) {
            made = try FileStatus(path: compiled)
        } catch {
            guard error.isMissingFile else { return nil }
            return finding(
                map.isWritten ? .error : .advice, map.specification,
                "\(compiled) is not there, so every lookup of \(parameters) fails for the time being",
                evidence: [Evidence(place: map.name, "the text, never compiled")] + map.places, cure: "compile it:",
                commands: commands,
                disables: [map.specification])
        }
        guard
            (made.modified.seconds, made.modified.nanoseconds)
                < (source.modified.seconds, source.modified.nanoseconds)
        else { return nil }
        return finding(
            map.isWritten ? .warning : .advice, map.specification,
            "\(map.name) was edited after it was compiled, so what changed in it since does not hold",
            evidence: [
                Evidence(place: map.name, "of \(source.modifiedText)"),
                Evidence(place: compiled, "of \(made.modifiedText)"),
            ] + map.places, cure: "compile it again:", commands: commands)
    }
}
