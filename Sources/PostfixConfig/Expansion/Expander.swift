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
            case .text(let text): try expand(text)
            case .machine(let machine):
                try machine.text(directory: source.directory, isSet: source.isSet) {
                    name throws(ExpansionError) in try self.value(of: name)
                }
            }
        expanded[name] = value
        return value
    }

    mutating func expand(_ text: String) throws(ExpansionError) -> String {
        let bytes = Array(text.utf8)
        guard bytes.contains(.dollar) else { return text }
        return String(decoding: try expand(bytes[...]), as: UTF8.self)
    }

    private mutating func expand(_ text: ArraySlice<UInt8>, depth: Int = 0) throws(ExpansionError) -> [UInt8] {
        guard depth <= Self.depthLimit else { throw .syntax("expressions are nested too deeply") }
        var result: [UInt8] = []
        var rest = text
        while let dollar = rest.firstIndex(of: .dollar) {
            result += rest[..<dollar]
            rest = rest[(dollar + 1)...]
            switch rest.first {
            case .dollar:
                result.append(.dollar)
                rest = rest.dropFirst()
            case .openBrace, .openParenthesis:
                guard let end = rest.closing() else {
                    throw .syntax("truncated macro reference: \(quoted(text))")
                }
                var expression = ExpressionText(rest[(rest.startIndex + 1)..<end])
                rest = rest[(end + 1)...]
                expression.skipSpace()
                result += try expression.isAt(.openBrace)
                    ? comparison(&expression, depth: depth) : named(&expression, in: text, depth: depth)
            default:
                let name = rest.prefix(while: \.isInParameterReference)
                if name.isEmpty { throw .syntax("empty macro name: \(quoted(text))") }
                rest = rest[name.endIndex...]
                if let value = try value(of: String(decoding: name, as: UTF8.self)) { result += value.utf8 }
            }
            if result.count > Self.lengthLimit { throw .tooLong }
        }
        return result + rest
    }

    /// `name`, `name?…`, `name:…` between the brackets.
    private mutating func named(
        _ expression: inout ExpressionText, in text: ArraySlice<UInt8>, depth: Int
    ) throws(ExpansionError) -> [UInt8] {
        let name = expression.takeName()
        if name.isEmpty { throw .syntax("empty macro name: \(quoted(text))") }
        expression.skipSpace()
        if let next = expression.first, next != .question, next != .colon {
            throw .syntax("attribute name syntax error at: \(expression.place)")
        }
        let value = try value(of: name) ?? ""
        if expression.first == nil { return Array(value.utf8) }
        guard let branch = try expression.takeBranches().choose(!value.isEmpty) else { return [] }
        return try expand(branch, depth: depth + 1)
    }

    /// `{a} == {b} ? …` between the brackets; without branches the answer is `true` or nothing.
    private mutating func comparison(
        _ expression: inout ExpressionText, depth: Int
    ) throws(ExpansionError) -> [UInt8] {
        let left = try expression.takeBraced()
        let comparison = try Comparison(taking: &expression)
        let right = try expression.takeBraced()
        let holds = try comparison.holds(
            String(decoding: expand(left, depth: depth + 1), as: UTF8.self),
            String(decoding: expand(right, depth: depth + 1), as: UTF8.self))
        expression.skipSpace()
        if expression.first == nil { return holds ? Array(Comparison.holding.utf8) : [] }
        guard let branch = try expression.takeBranches().choose(holds) else { return [] }
        return try expand(branch, depth: depth + 1)
    }

    private func quoted(_ text: ArraySlice<UInt8>) -> String {
        "\"\(String(decoding: text, as: UTF8.self))\""
    }
}
