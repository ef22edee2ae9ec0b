import PostfixConfig

/// The options of postconf(1), checked against each other.
struct PostconfOptions {
    /// What is shown or changed.
    enum Subject: Character {
        case parameters = "p"
        case services = "M"
        case serviceFields = "F"
        case serviceParameters = "P"
        case tableTypes = "m"
        case lockTypes = "l"
    }

    enum Edit: Character {
        case set = "e"
        case remove = "X"
        case commentOut = "#"
    }

    let subject: Subject
    let edit: Edit?
    let directory: ConfigurationDirectory
    let overrides: [(name: String, value: String)]
    let origins: Set<SetupListing.Origin>
    let showsDefaults: Bool
    let showsOnlySet: Bool
    let hidesNames: Bool
    let hidesValues: Bool
    let folds: Bool
    let expands: Bool
    let operands: [String]

    /// The order in which complaints name options.
    private static let order = Array("adAbeFfhHlmMnopPtTxX#")
    private static let subjects = Set<Character>("aAblmMFPptT")
    private static let edits = Set<Character>("eX#")
    private static let display = Set<Character>("fhHox")

    init(_ arguments: [String]) throws {
        let parsed = try GetOpt(arguments, letters: "aAbc:C:deEfFhHlmMno:pPtT:vxX#")
        var letters = Set(parsed.options.map(\.letter))
        if let unsupported = letters.intersection(Set("aAbtTE")).first {
            throw PostconfFailure("-\(unsupported) is about a part of Postfix that Martlet does not have")
        }
        if parsed.operands.first?.contains("=") == true, !letters.contains("m"), !letters.contains("l") {
            letters.insert("e")
        }
        let given = { (some: Set<Character>) in
            Self.order.filter { letters.contains($0) && some.contains($0) }
        }
        func requireOne(_ some: [Character]) throws {
            if some.count > 1 {
                throw PostconfFailure("specify one of " + some.map { "-\($0)" }.joined(separator: " "))
            }
        }
        try requireOne(given(Self.subjects))
        if given(Self.edits).isEmpty {
            try requireOne(given(["d", "n"]))
            try requireOne(given(["h", "H"]))
        } else {
            try requireOne(given(Self.edits.union(Self.display).union(["d", "n"])))
        }
        subject = given(Self.subjects).first.flatMap(Subject.init) ?? .parameters
        edit = given(Self.edits).first.flatMap(Edit.init)
        for letter in Self.order where letters.contains(letter) && Self.excluded(by: subject).contains(letter)
        {
            throw PostconfFailure("with option -\(subject.rawValue), do not specify -\(letter)")
        }
        directory = ConfigurationDirectory(named: parsed.arguments(of: "c").last)
        overrides = try parsed.arguments(of: "o").map(Self.override)
        origins = try Self.origins(parsed.arguments(of: "C"))
        showsDefaults = letters.contains("d")
        showsOnlySet = letters.contains("n")
        hidesNames = letters.contains("h")
        hidesValues = letters.contains("H")
        folds = letters.contains("f")
        expands = letters.contains("x")
        operands = parsed.operands
    }

    private static func excluded(by subject: Subject) -> Set<Character> {
        switch subject {
        case .parameters: []
        case .services: ["d", "n", "h", "H"]
        case .serviceFields: ["d", "n", "X", "#"]
        case .serviceParameters: ["d", "n", "#"]
        case .tableTypes, .lockTypes: ["d", "n", "e", "f", "h", "H", "o", "x", "X", "#"]
        }
    }

    private static func override(_ text: String) throws -> (name: String, value: String) {
        do {
            return try MainFile.Entry.split(text)
        } catch {
            // "missing …: "text"" without the text, which stands before it here.
            let reason = error.description.prefix { $0 != "\"" && $0 != ":" }
            throw PostconfFailure("invalid parameter override: \(text): \(reason)")
        }
    }

    private static func origins(_ classes: [String]) throws -> Set<SetupListing.Origin> {
        if classes.isEmpty { return Set(SetupListing.Origin.allCases) }
        var origins: Set<SetupListing.Origin> = []
        for list in classes {
            for word in ListSyntax.split(list) {
                if word == "all" {
                    origins.formUnion(SetupListing.Origin.allCases)
                } else if let origin = SetupListing.Origin(rawValue: word) {
                    origins.insert(origin)
                } else {
                    throw PostconfFailure("unknown -C option value \"\(word)\" in \"\(list)\"")
                }
            }
        }
        return origins
    }
}
