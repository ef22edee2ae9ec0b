/// What `postmap` was asked to do: postmap(1).
struct PostmapOptions {
    enum Task {
        case query(String)
        /// `-q -`: keys from standard input.
        case queryStandardInput(KeySource)
        case list
        case delete
        /// `-i`.
        case addFromStandardInput
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

    static let usage =
        "usage: postmap [-bfFhimnNoprsuUvw] [-c config_dir] [-d key] [-q key] [map_type:]file..."

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

    init(_ arguments: [String]) throws(Mistake) {
        let parsed: GetOpt
        do throws(GetOpt.Failure) {
            parsed = try GetOpt(arguments, letters: "bc:d:fFhimnNopq:rsuUvw")
        } catch {
            throw Mistake(complaint: error.description, message: Self.usage)
        }
        var modes: [Task] = []
        var parts = MessageParts()
        var isIncremental = false
        for option in parsed.options {
            switch option.letter {
            case "q": modes.append(.query(option.argument ?? ""))
            case "d": modes.append(.delete)
            case "s": modes.append(.list)
            case "c": configurationDirectory = option.argument
            case "f": foldsKeys = false
            case "F": hasFileValues = true
            case "h": parts.headers = true
            case "b": parts.body = true
            case "m": parts.mime = true
            case "i": isIncremental = true
            case "U": requiresUTF8 = true
            default: break  // -n -N -o -p -r -u -v -w change nothing for tables that are only read.
            }
        }
        guard modes.count <= 1 else { throw Mistake(message: "specify only one of -s -q or -d") }
        task = modes.first ?? (isIncremental ? .addFromStandardInput : .compile)
        let isMessage = parts.headers || parts.body
        if case .query("-") = task {
            task = .queryStandardInput(isMessage ? .message(parts) : .lines)
            if parts.mime, !isMessage { warning = "ignoring -m option without -b or -h" }
        } else if isMessage || parts.mime {
            throw Mistake(message: "specify -b -h or -m only with \"-q -\"")
        }
        maps = parsed.operands
        guard !maps.isEmpty else { throw Mistake(message: Self.usage) }
    }
}
