import PostfixConfig

/// Shows master.cf: `postconf -M`, `-F` and `-P`.
struct PostconfServices {
    let options: PostconfOptions

    func show(_ output: inout PostconfOutput) throws {
        let main = try options.mainFile(output)
        guard let master = try options.masterFile() else {
            throw PostconfFailure("open \(options.masterPath): No such file or directory")
        }
        for warning in master.warnings { output.warn(warning.placedMessage) }
        let listing = try options.listing(main: main, master: master)
        let wanted =
            try options.operands.isEmpty
            ? [WantedService(text: "", pattern: ServicePattern(name: "*", kind: "*"), part: "*")]
            : options.operands.map { try WantedService($0, subject: options.subject) }
        var matched: Set<Int> = []
        for service in master.services {
            for (index, request) in wanted.enumerated() where request.pattern.matches(service) {
                let shown = options.expands ? try listing.expanded(service) : service
                let lines = lines(of: shown, part: request.part)
                if !lines.isEmpty { matched.insert(index) }
                lines.forEach { output.line($0) }
            }
        }
        output.print()
        if !options.operands.isEmpty {
            for (index, request) in wanted.enumerated() where !matched.contains(index) {
                output.warn("unmatched request: \"\(request.text)\"")
            }
        }
        for warning in listing.masterWarnings { output.warn(warning) }
    }

    private func lines(of service: MasterService, part: String) -> [String] {
        let prefix = "\(service.name)/\(service.kind.rawValue)/"
        switch options.subject {
        case .serviceFields:
            return MasterService.Field.allCases.filter { ServicePattern.matches(part, $0.name) }.map {
                field in
                let name = prefix + field.name
                guard field == .command, !options.hidesValues else {
                    return options.line(name, service.text(of: field))
                }
                let start = options.hidesNames ? "" : "\(name) = "
                return start + service.commandLines(folds: options.folds, column: start.utf8.count)
            }
        case .serviceParameters:
            let values = Dictionary(service.overrides) { _, last in last }
            return values.keys.filter { ServicePattern.matches(part, $0) }
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                .map { options.line(prefix + $0, values[$0] ?? "") }
        case .services, .parameters, .tableTypes, .lockTypes:
            return [service.line(folds: options.folds)]
        }
    }
}

/// `service[/type[/part]]` on the command line; what is left out is any.
struct WantedService {
    let text: String
    let pattern: ServicePattern
    /// A field or a parameter.
    let part: String
}

extension WantedService {
    init(_ text: String, subject: PostconfOptions.Subject) throws {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let limit = subject == .services ? 2 : 3
        guard parts.count <= limit, parts.allSatisfy({ !$0.isEmpty }) else {
            throw PostconfFailure("-\(subject.rawValue) option requires \(Self.form(of: subject))")
        }
        let part = parts.count > 2 ? parts[2] : "*"
        if subject == .serviceFields, part != "*", MasterService.Field(named: part) == nil {
            throw PostconfFailure("invalid service attribute name: \"\(part)\"")
        }
        self.init(
            text: text, pattern: ServicePattern(name: parts[0], kind: parts.count > 1 ? parts[1] : "*"),
            part: part)
    }

    private static func form(of subject: PostconfOptions.Subject) -> String {
        switch subject {
        case .serviceFields: "service_name[/type[/field]]"
        case .serviceParameters: "service_name[/type[/parameter]]"
        default: "service_name[/type]"
        }
    }
}
