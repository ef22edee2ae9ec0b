/// Expands `$name` expressions: postconf(5), "main.cf file format".
///
///     $name  $(name)  ${name}            the value of the parameter
///     ${name?text}  ${name?{text}}       text, where the value is not empty
///     ${name:text}  ${name:{text}}       text, where it is empty
///     ${name?{text1}:{text2}}            one or the other
///     ${{a} == {b} ? {text1} : {text2}}  by comparison: == != < <= >= >, numbers as numbers,
///                                        and <level and so on for compatibility levels
///     $$                                 a dollar sign
///
/// Values are expanded in turn, each parameter once however often it is named, so that time and memory
/// stay bounded by the length of the results.
struct Expander {
    /// As deep as Postfix goes.
    static let depthLimit = 100
    static let lengthLimit = 1 << 20

    /// The parameters that there are; any other name expands to nothing.
    let source: ConfigurationSource
    /// What has been expanded already.
    private(set) var expanded: [String: String] = [:]
    /// The parameters that are being expanded, outermost first.
    private var path: [String] = []

    init(_ source: ConfigurationSource) {
        self.source = source
    }

    /// The expanded value of a parameter; nil where there is none of that name.
    mutating func value(of name: String) throws(ExpansionError) -> String? {
        if let known = expanded[name] { return known }
        guard let text = source.text(of: name) else { return nil }
        if let first = path.firstIndex(of: name) { throw .nesting(path[first...] + [name]) }
        if path.count >= Self.depthLimit { throw .nesting(path + [name]) }
        path.append(name)
        defer { path.removeLast() }
        let value =
            switch text {
            case .text(let text): source.isTemplate(name) ? text : try expand(text)
            case .machine(let machine):
                try machine.text(for: source) { name throws(ExpansionError) in try self.value(of: name) }
            }
        expanded[name] = value
        return value
    }

    mutating func expand(_ text: String) throws(ExpansionError) -> String {
        let bytes = Array(text.utf8)
        guard bytes.contains(.dollar) else { return text }
        return String(decoding: try expand(bytes[...]), as: UTF8.self)
    }

    private mutating func expand(_ text: ArraySlice<UInt8>, depth: Int = 0) throws(ExpansionError) -> [UInt8]
    {
        guard depth <= Self.depthLimit else { throw .syntax("expressions are nested too deeply") }
        var result: [UInt8] = []
        for fragment in try MacroText(text).fragments {
            switch fragment {
            case .literal(let text): result += text
            case .expression(let expression): result += try expand(expression, depth: depth)
            }
            if result.count > Self.lengthLimit { throw .tooLong }
        }
        return result
    }

    private func isWritten(_ name: String) -> Bool {
        switch source.text(of: name) {
        case .text(let text): !text.isEmpty
        case .machine: true
        case nil: false
        }
    }

    private mutating func expand(_ expression: MacroExpression, depth: Int) throws(ExpansionError) -> [UInt8]
    {
        let holds: Bool
        switch expression.subject {
        case .parameter(let name):
            guard expression.branches != nil else { return Array((try value(of: name) ?? "").utf8) }
            // Postfix looks at the text before expansion: a parameter may ask for itself.
            holds = isWritten(name)
        case .comparison(let left, let comparison, let right):
            holds = try comparison.holds(
                String(decoding: expand(left, depth: depth + 1), as: UTF8.self),
                String(decoding: expand(right, depth: depth + 1), as: UTF8.self))
            guard expression.branches != nil else { return holds ? Array(Comparison.holding.utf8) : [] }
        }
        guard let branch = expression.branches?.choose(holds) else { return [] }
        return try expand(branch, depth: depth + 1)
    }
}
