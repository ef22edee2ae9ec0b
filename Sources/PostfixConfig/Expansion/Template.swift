/// Text in which `$name` stands for something that is known only where the text is used: `luser_relay`, `forward_path`.
///
///     $user  ${user}  ${extension?text}  ${extension:text}  ${extension?{text}:{text}}
public struct Template: Sendable {
    public let text: String

    public init(_ text: String) {
        self.text = text
    }

    public struct Expansion: Sendable {
        public var text: String
        /// The names whose values stand in the text.
        public var used: Set<String>
        /// A name was asked for that has no value.
        public var isIncomplete: Bool
    }

    /// - Parameter value: what a name stands for; nil where it has no value now.
    public func expand(_ value: (_ name: String) -> String?) throws(ExpansionError) -> Expansion {
        var result = Expansion(text: "", used: [], isIncomplete: false)
        let bytes = try expand(Array(text.utf8)[...], &result, value, depth: 0)
        result.text = String(decoding: bytes, as: UTF8.self)
        return result
    }

    private func expand(
        _ text: ArraySlice<UInt8>, _ result: inout Expansion, _ value: (String) -> String?, depth: Int
    ) throws(ExpansionError) -> [UInt8] {
        guard depth <= Expander.depthLimit else { throw .syntax("expressions are nested too deeply") }
        var bytes: [UInt8] = []
        for fragment in try MacroText(text).fragments {
            switch fragment {
            case .literal(let text):
                bytes += text
            case .expression(let expression):
                bytes += try expand(expression, &result, value, depth: depth)
            }
            if bytes.count > Expander.lengthLimit { throw .tooLong }
        }
        return bytes
    }

    private func expand(
        _ expression: MacroExpression, _ result: inout Expansion, _ value: (String) -> String?, depth: Int
    ) throws(ExpansionError) -> [UInt8] {
        let holds: Bool
        switch expression.subject {
        case .parameter(let name):
            let found = value(name) ?? ""
            if expression.branches == nil {
                if found.isEmpty { result.isIncomplete = true } else { result.used.insert(name) }
                return Array(found.utf8)
            }
            holds = !found.isEmpty
            if holds { result.used.insert(name) }
        case .comparison(let left, let comparison, let right):
            let left = try expand(left, &result, value, depth: depth + 1)
            let right = try expand(right, &result, value, depth: depth + 1)
            holds = try comparison.holds(
                String(decoding: left, as: UTF8.self), String(decoding: right, as: UTF8.self))
            if expression.branches == nil { return holds ? Array(Comparison.holding.utf8) : [] }
        }
        guard let branch = expression.branches?.choose(holds) else { return [] }
        return try expand(branch, &result, value, depth: depth + 1)
    }
}
