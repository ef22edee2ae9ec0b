import LookupTables

/// What `postmap` or `postalias` was asked to do: postmap(1), postalias(1).
struct PostmapOptions {
    enum Task {
        case query(String)
        /// `-q -`: keys from standard input.
        case queryStandardInput(KeySource)
        case list
        case delete(String)
        /// `-d -`: keys from standard input.
        case deleteStandardInput
        /// Or to change one, with `-i`.
        case compile
    }

    /// What the keys of `-q -` are.
    enum KeySource {
        case lines
        case message(MessageParts)
    }

    /// `-h`, `-b`, `-m`: which lines of a message are keys, and whether its parts are looked into.
    struct MessageParts {
        var headers = false
        var body = false
        var mime = false
    }

    struct Mistake: Error {
        /// What getopt(3) says, before the usage.
        var complaint: String?
        var message: String
    }

    var task: Task
    /// `type:name`, or a name alone.
    var maps: [String]
    var configurationDirectory: String?
    /// `-f` turns it off.
    var foldsKeys = true
    /// `-U`: keys and values are UTF-8 even where they are lines of a message.
    var requiresUTF8 = false
    /// What is odd about the options.
    var warning: String?
    /// `-F`: values are file contents.
    var hasFileValues = false
    /// `-u` turns it off.
    var hasUTF8 = true
    /// `-i`: entries come from standard input, and those that are there stay.
    var isIncremental = false
    /// `-r`, `-w`.
    var doubles = DraftPlan.Doubles.warn
    /// `-n`, `-N`.
    var ending = DraftPlan.Ending.customary
    /// `-o`.
    var keepsRootRights = false
    /// `-p` turns it off.
    var inheritsMode = true

    init(_ arguments: [String], of command: TableCommand = .postmap) throws(Mistake) {
        let parsed: GetOpt
        do throws(GetOpt.Failure) {
            parsed = try GetOpt(arguments, letters: command.letters)
        } catch {
            throw Mistake(complaint: error.description, message: command.usage)
        }
        var modes: [Task] = []
        var parts = MessageParts()
        for option in parsed.options {
            switch option.letter {
            case "q": modes.append(.query(option.argument ?? ""))
            case "d":
                modes.append(option.argument == "-" ? .deleteStandardInput : .delete(option.argument ?? ""))
            case "s": modes.append(.list)
            case "c": configurationDirectory = option.argument
            case "f": foldsKeys = false
            case "F": hasFileValues = true
            case "h": parts.headers = true
            case "b": parts.body = true
            case "m": parts.mime = true
            case "i": isIncremental = true
            case "n": ending = .withoutNUL
            case "N": ending = .withNUL
            case "o": keepsRootRights = true
            case "p": inheritsMode = false
            case "r": doubles = .replace
            case "w": doubles = .ignore
            case "u": hasUTF8 = false
            case "U": requiresUTF8 = true
            default: break  // -v tells no more.
            }
        }
        guard modes.count <= 1 else { throw Mistake(message: "specify only one of -s -q or -d") }
        task = modes.first ?? .compile
        let isMessage = parts.headers || parts.body
        if case .query("-") = task {
            task = .queryStandardInput(isMessage ? .message(parts) : .lines)
            if parts.mime, !isMessage { warning = "ignoring -m option without -b or -h" }
        } else if isMessage || parts.mime {
            throw Mistake(message: "specify -b -h or -m only with \"-q -\"")
        }
        maps = parsed.operands
        guard !maps.isEmpty else { throw Mistake(message: command.usage) }
    }
}
