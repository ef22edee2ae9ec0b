extension RuleBook {
    /// Rules that read the operator's data, or ask the database about itself.
    static let data: [any Rule.Type] = []
}
