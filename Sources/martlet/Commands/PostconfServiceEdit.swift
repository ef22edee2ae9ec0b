import PostfixConfig

/// Changes master.cf: `postconf -M`, `-F` and `-P` with `=VALUE`, `-MX`, `-M#` and `-PX`.
struct PostconfServiceEdit {
    let options: PostconfOptions

    func edit(_ output: PostconfOutput) throws {
        try options.requireOperands()
        let requests = try options.operands.map(request)
        // A file that cannot be read as services is not touched.
        guard try options.masterFile() != nil else {
            throw PostconfFailure("open \(options.masterPath) for reading: No such file or directory")
        }
        var unmatched: [MasterFileEdit.Request] = []
        try FileReplacement.edit(options.masterPath) { file in
            let result = MasterFileEdit.apply(requests, to: file)
            unmatched = result.unmatched
            return result.file
        }
        if options.edit == .set {
            for request in unmatched { output.warn("unmatched service_name/type: \"\(request.text)\"") }
        }
    }

    private func request(_ operand: String) throws -> MasterFileEdit.Request {
        try PostconfEdit.checkSyntax(operand)
        var target = operand
        var value = ""
        if options.edit == .set {
            do {
                (target, value) = try MainFile.Entry.split(operand)
            } catch {
                throw PostconfFailure(error.description)
            }
        }
        let parts = target.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let count = options.subject == .services ? 2 : 3
        guard parts.count == count, parts.allSatisfy({ !$0.isEmpty }) else {
            throw PostconfFailure(Self.form(of: options))
        }
        return MasterFileEdit.Request(
            text: operand, pattern: ServicePattern(name: parts[0], kind: parts[1]),
            change: try change(part: parts.last ?? "", value: value, operand: operand))
    }

    private func change(part: String, value: String, operand: String) throws -> MasterFileEdit.Change {
        switch (options.subject, options.edit) {
        case (.services, .remove): return .remove
        case (.services, .commentOut): return .commentOut
        case (.serviceParameters, .remove): return .amend { $0.removeOverride(of: part) }
        case (.serviceParameters, _):
            if value.contains(where: \.isWhitespace) {
                throw PostconfFailure("-Pe does not accept whitespace in parameter value")
            }
            return .amend { $0.override(part, with: value) }
        case (.serviceFields, _):
            guard let field = MasterService.Field(named: part) else {
                throw PostconfFailure("invalid service attribute name: \"\(part)\"")
            }
            let amendment: ServiceAmendment
            do {
                amendment = try ServiceAmendment(field, to: value)
            } catch {
                throw PostconfFailure(error.description)
            }
            return .amend { amendment.apply(to: &$0) }
        default:
            do {
                return .replace(try MasterService(parsing: value))
            } catch {
                let reason = error.description
                throw PostconfFailure(reason == "bad field count" ? "\(reason): \"\(operand)\"" : reason)
            }
        }
    }

    private static func form(of options: PostconfOptions) -> String {
        switch options.subject {
        case .serviceFields: "-Fe or -FX requires service_name/type/field_name"
        case .serviceParameters: "-Pe or -PX requires service_name/type/parameter"
        default: "-Me, -MX or -M# requires service_name/type"
        }
    }
}
