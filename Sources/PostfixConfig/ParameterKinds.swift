// How each type of parameter reads its text: postconf(5), "Parameter value syntax".

extension Parameter where Value == String {
    init(_ name: String, default text: String, _ summary: String) {
        self.init(name, default: text, summary) { text throws(ParameterValueError) in text }
    }
}

extension Parameter where Value == Bool {
    init(_ name: String, default text: String, _ summary: String) {
        self.init(name, default: text, summary) { text throws(ParameterValueError) in
            switch text.lowercased() {
            case "yes": true
            case "no": false
            default: throw ParameterValueError("must be yes or no")
            }
        }
    }
}

extension Parameter where Value == Int {
    init(_ name: String, default text: String, in range: ClosedRange<Int> = 0...Int.max, _ summary: String) {
        self.init(name, default: text, summary) { text throws(ParameterValueError) in
            guard let number = Int(text) else { throw ParameterValueError("must be a number") }
            guard range.contains(number) else {
                throw ParameterValueError("must be at least \(range.lowerBound)")
            }
            return number
        }
    }
}

extension Parameter where Value == Duration {
    /// - Parameter unit: what a number without a unit counts: `s`, `m`, `h`, `d` or `w`.
    init(_ name: String, default text: String, unit: Character = "s", _ summary: String) {
        self.init(name, default: text, summary) { text throws(ParameterValueError) in
            let suffix = text.last.flatMap { $0.isNumber ? nil : $0 }
            guard let count = Int(suffix == nil ? text[...] : text.dropLast()), count >= 0,
                let seconds = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800][String(suffix ?? unit).lowercased()]
            else { throw ParameterValueError("must be a time such as 30s, 5m, 4h, 2d or 1w") }
            return .seconds(count * seconds)
        }
    }
}

extension Parameter where Value == [String] {
    /// Words separated by comma or white space; `{…}` keeps its inside together.
    init(_ name: String, default text: String, _ summary: String) {
        self.init(name, default: text, summary) { text throws(ParameterValueError) in ListSyntax.split(text) }
    }
}
