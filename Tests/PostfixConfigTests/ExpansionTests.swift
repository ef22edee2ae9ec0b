import Testing

@testable import PostfixConfig

@Suite struct ExpansionTests {
    private let source = ConfigurationSource(
        directory: "/etc/postfix",
        values: ["full": "f", "empty": "", "two": "$full$full", "mydomain": "example.org"])

    private func expand(_ text: String, _ source: ConfigurationSource? = nil) throws -> String {
        var expander = Expander(source ?? self.source)
        return try expander.expand(text)
    }

    @Test(arguments: [
        ("$full $(full) ${full} ${ full }", "f f f f"), ("a$$b", "a$b"), ("$two", "ff"), ("$nosuch.", "."),
        ("${full?yes}${empty?yes}", "yes"), ("${full:no}${empty:no}", "no"), ("${full? a b }|", " a b |"),
        ("${full?{ a }:{ b }}${empty?{ a }:{ b }}", "ab"), ("${full?{x} : {y} }", "x"),
        ("$(full?(x))", "(x)"),
        ("${full?{${two?{$two}}}}", "ff"), ("${{a}=={a}}|${{a}=={b}}", "true|"),
        ("${{a} == {b} ? {x} : {y}}", "y"),
        ("${{2} < {10} ? {y}:{n}}", "y"), ("${{2x} < {10} ? {y}:{n}}", "n"), ("${{007} == {7}?{y}}", "y"),
        ("${{3.10} >level {3.9} ? {y}:{n}}", "y"), ("${{3} ==level {3.0.0} ? {y}:{n}}", "y"),
        ("${{$mydomain} != {example.org} ? {y}:{n}}", "n"), ("${{a}=={b}:x}|${{a}=={a}?x}", "x|x"),
    ])
    func expands(text: String, result: String) throws {
        #expect(try expand(text) == result)
    }

    @Test(arguments: [
        ("${full", "truncated macro reference"), ("$ x", "empty macro name"), ("${}", "empty macro name"),
        ("${fu-ll}", "attribute name syntax error"),
        ("${full?{a}{b}}", "\":\" expected at: \"...full?{a}>>>{b}\""),
        ("${full:{a}:{b}}", "unexpected input"), ("${{a}}", "expected at"), ("${{a} ~~ {b}}", "expected at"),
        ("${{3} <lev {4}}", "bad operator suffix"), ("${{x} <level {4}}", "malformed compatibility level"),
        ("${{99999999999999999999}=={1}}", "number too large"),
    ])
    func anExpressionThatIsNoneIsAnError(text: String, reason: String) throws {
        let error = #expect(throws: ExpansionError.self) { try expand(text) }
        #expect(error?.description.contains(reason) == true)
    }

    @Test func aCycleIsNamed() {
        let source = ConfigurationSource(directory: "", values: ["a": "$b", "b": "x${c}", "c": "$b"])
        let error = #expect(throws: ExpansionError.self) { try expand("$a", source) }
        #expect(error == .nesting(["b", "c", "b"]))
    }

    @Test func aConditionLooksAtTheTextBeforeExpansion() throws {
        let source = ConfigurationSource(
            directory: "", values: ["a": "${a?{yes}:{no}}", "b": "$none", "none": ""])
        #expect(try expand("$a ${b?{yes}:{no}}", source) == "yes yes")
    }

    @Test func aLongChainEnds() {
        let values = Dictionary(uniqueKeysWithValues: (0..<200).map { ("p\($0)", "$p\($0 + 1)") })
        #expect(throws: ExpansionError.self) {
            try expand("$p0", ConfigurationSource(directory: "", values: values))
        }
    }

    @Test func doublingValuesStayBounded() {
        var values = ["p0": "xxxxxxxx"]
        for step in 1...60 { values["p\(step)"] = "$p\(step - 1)$p\(step - 1)" }
        let error = #expect(throws: ExpansionError.self) {
            try expand("$p60", ConfigurationSource(directory: "", values: values))
        }
        #expect(error == .tooLong)
    }

    @Test func deeplyNestedBracesAreRefused() {
        let text = String(repeating: "${full?{", count: 5_000) + String(repeating: "}}", count: 5_000)
        #expect(throws: ExpansionError.self) { try expand(text) }
    }
}
