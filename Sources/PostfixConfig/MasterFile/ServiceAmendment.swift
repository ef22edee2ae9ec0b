/// A new text for one field of a service, already checked.
public struct ServiceAmendment: Sendable {
    private let field: MasterService.Field
    private let text: String

    /// - Throws: what is wrong with the text, in Postfix's words.
    public init(_ field: MasterService.Field, to text: String) throws(ParameterValueError) {
        try MasterService.check(field, text, in: text)
        self.field = field
        self.text = text
    }

    public func apply(to service: inout MasterService) {
        switch field {
        case .service: service.name = text
        case .type: service.kind = MasterService.Kind(rawValue: text) ?? service.kind
        case .command: service.command = MasterService.command(fromText: text)
        default: service.flags[field.rawValue - 2] = text
        }
    }
}
