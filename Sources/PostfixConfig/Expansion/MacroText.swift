/// A value taken apart into plain text and `$` expressions, one level deep.
struct MacroText {
    enum Fragment {
        case literal(ArraySlice<UInt8>)
        case expression(MacroExpression)
    }

    let fragments: [Fragment]

    init(_ text: ArraySlice<UInt8>) throws(ExpansionError) {
        func quoted() -> String { "\"\(String(decoding: text, as: UTF8.self))\"" }
        var fragments: [Fragment] = []
        var rest = text
        while let dollar = rest.firstIndex(of: .dollar) {
            if dollar > rest.startIndex { fragments.append(.literal(rest[..<dollar])) }
            let next = dollar + 1
            rest = rest[next...]
            switch rest.first {
            case .dollar:
                fragments.append(.literal(rest[next...next]))
                rest = rest.dropFirst()
            case .openBrace, .openParenthesis:
                guard let end = rest.closing() else {
                    throw .syntax("truncated macro reference: \(quoted())")
                }
                let inside = rest[(next + 1)..<end]
                if inside.trimmed.isEmpty { throw .syntax("empty macro name: \(quoted())") }
                fragments.append(.expression(try MacroExpression(inside)))
                rest = rest[(end + 1)...]
            default:
                let name = rest.prefix(while: \.isInParameterReference)
                if name.isEmpty { throw .syntax("empty macro name: \(quoted())") }
                fragments.append(.expression(MacroExpression(naming: String(decoding: name, as: UTF8.self))))
                rest = rest[name.endIndex...]
            }
        }
        if !rest.isEmpty { fragments.append(.literal(rest)) }
        self.fragments = fragments
    }
}

/// What stands between the brackets of `${…}`: a parameter or a comparison, and the texts to choose from.
struct MacroExpression {
    enum Subject {
        case parameter(String)
        case comparison(left: ArraySlice<UInt8>, Comparison, right: ArraySlice<UInt8>)
    }

    let subject: Subject
    /// Nil where the subject itself is the answer.
    let branches: ExpressionText.Branches?

    init(naming name: String) {
        subject = .parameter(name)
        branches = nil
    }

    init(_ text: ArraySlice<UInt8>) throws(ExpansionError) {
        var text = ExpressionText(text)
        text.skipSpace()
        if text.isAt(.openBrace) {
            let left = try text.takeBraced()
            let comparison = try Comparison(taking: &text)
            subject = .comparison(left: left, comparison, right: try text.takeBraced())
        } else {
            subject = .parameter(text.takeName())
            text.skipSpace()
            if let next = text.first, next != .question, next != .colon {
                throw .syntax("attribute name syntax error at: \(text.place)")
            }
        }
        branches = text.first == nil ? nil : try text.takeBranches()
    }
}

extension MacroExpression {
    /// The parameters that a text names, whichever branches an expansion would take: what tells a setting that
    /// is used from one that is mistyped. Each as often as it is named.
    static func parameters(namedIn text: String) throws(ExpansionError) -> [String] {
        let bytes = Array(text.utf8)
        return bytes.contains(.dollar) ? try parameters(namedIn: bytes[...], depth: 0) : []
    }

    private static func parameters(
        namedIn text: ArraySlice<UInt8>, depth: Int
    ) throws(ExpansionError) -> [String] {
        guard depth <= Expander.depthLimit else { throw .syntax("expressions are nested too deeply") }
        var names: [String] = []
        for case .expression(let expression) in try MacroText(text).fragments {
            var parts = [expression.branches?.holding, expression.branches?.failing].compactMap(\.self)
            switch expression.subject {
            case .parameter(let name): names.append(name)
            case .comparison(let left, _, let right): parts += [left, right]
            }
            for part in parts { names += try parameters(namedIn: part, depth: depth + 1) }
        }
        return names
    }
}
