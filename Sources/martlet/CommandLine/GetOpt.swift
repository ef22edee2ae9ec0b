/// Options as getopt(3) reads them, which Postfix's commands do: single letters that can stand together
/// (`-nh`), arguments with or without a blank (`-c dir`, `-cdir`), all before the first operand.
struct GetOpt {
    struct Option: Equatable {
        let letter: Character
        let argument: String?
    }

    /// An option that the command does not have, or one without its argument; printed after the command's name.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let options: [Option]
    /// What follows the options.
    let operands: [String]

    /// - Parameter letters: the options as getopt has them: `hc:` is `-h` and `-c argument`.
    init(_ arguments: some Collection<String>, letters: String) throws(Failure) {
        var options: [Option] = []
        var rest = Array(arguments)[...]
        while let word = rest.first, word.hasPrefix("-"), word != "-" {
            rest = rest.dropFirst()
            if word == "--" { break }
            var cluster = word.dropFirst()
            while let letter = cluster.popFirst() {
                guard letter != ":", let index = letters.firstIndex(of: letter) else {
                    throw Failure(description: "invalid option -- '\(letter)'")
                }
                guard letters[letters.index(after: index)...].first == ":" else {
                    options.append(Option(letter: letter, argument: nil))
                    continue
                }
                guard let argument = cluster.isEmpty ? rest.popFirst() : String(cluster) else {
                    throw Failure(description: "option requires an argument -- '\(letter)'")
                }
                options.append(Option(letter: letter, argument: argument))
                break
            }
        }
        self.options = options
        operands = Array(rest)
    }

    func has(_ letter: Character) -> Bool { options.contains { $0.letter == letter } }

    /// The arguments of an option that may be given more than once.
    func arguments(of letter: Character) -> [String] {
        options.compactMap { $0.letter == letter ? $0.argument : nil }
    }
}
