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
        case message(headers: Bool, body: Bool)
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
        var (headers, body, mime, isIncremental) = (false, false, false, false)
        for option in parsed.options {
            switch option.letter {
            case "q": modes.append(.query(option.argument ?? ""))
            case "d": modes.append(.delete)
            case "s": modes.append(.list)
            case "c": configurationDirectory = option.argument
            case "f": foldsKeys = false
            case "F": hasFileValues = true
            case "h": headers = true
            case "b": body = true
            case "m": mime = true
            case "i": isIncremental = true
            default: break  // -n -N -o -p -r -u -U -v -w change nothing for tables that are only read.
            }
        }
        guard modes.count <= 1 else { throw Mistake(message: "specify only one of -s -q or -d") }
        task = modes.first ?? (isIncremental ? .addFromStandardInput : .compile)
        if case .query("-") = task {
            guard !mime else {
                throw Mistake(message: "-m: MIME structure is not looked into; use -h or -b without it")
            }
            let isMessage = headers || body
            task = .queryStandardInput(isMessage ? .message(headers: headers, body: body) : .lines)
        } else if headers || body || mime {
            throw Mistake(message: "specify -b -h or -m only with \"-q -\"")
        }
        maps = parsed.operands
        guard !maps.isEmpty else { throw Mistake(message: Self.usage) }
    }
}
