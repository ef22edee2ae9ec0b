/// Options as getopt(3) reads them, for the commands that are called by Postfix's names: `-q key`, `-qkey`, `-vq key`.
///
/// Reading stops at the first argument that is no option, and behind `--`.
struct GetOpt {
    struct Mistake: Error, CustomStringConvertible {
        let description: String
    }

    private(set) var options: [(letter: Character, value: String?)] = []
    private(set) var operands: [String] = []

    /// - Parameter letters: as getopt(3) takes them: a colon after a letter that has a value, `"bc:d:"`.
    init(_ arguments: [String], letters: String) throws(Mistake) {
        var rest = arguments[...]
        while let argument = rest.first, argument.hasPrefix("-"), argument != "-" {
            rest = rest.dropFirst()
            if argument == "--" { break }
            var cluster = argument.dropFirst()
            while let letter = cluster.popFirst() {
                guard letter != ":", let index = letters.firstIndex(of: letter) else {
                    throw Mistake(description: "invalid option -- '\(letter)'")
                }
                guard letters[letters.index(after: index)...].first == ":" else {
                    options.append((letter, nil))
                    continue
                }
                if cluster.isEmpty {
                    guard let value = rest.popFirst() else {
                        throw Mistake(description: "option requires an argument -- '\(letter)'")
                    }
                    options.append((letter, value))
                } else {
                    options.append((letter, String(cluster)))
                    cluster = ""
                }
            }
        }
        operands = Array(rest)
    }
}
