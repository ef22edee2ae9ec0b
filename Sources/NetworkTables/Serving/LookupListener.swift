/// Where lookups are served, and in which protocols: an element of `lookup_service`.
///
///     inet:127.0.0.1:2526              both protocols; a connection's first byte tells which
///     inet:127.0.0.1:2526:aliases      the same; who speaks tcp_table(5) asks the map "aliases"
///     inet:2526                        127.0.0.1
///     socketmap:unix:private/maps      socketmap_table(5) alone; the path begins in queue_directory
///     tcp:inet:[::1]:2527:aliases      tcp_table(5) alone
public struct LookupListener: Hashable, Sendable {
    public enum Place: Hashable, Sendable {
        /// The host is an address or a name; `*` is every address of the machine.
        case inet(host: String, port: Int)
        case unix(path: String)
    }

    public let place: Place
    let takesSocketmap: Bool
    let takesTCP: Bool
    /// The map that a request of tcp_table(5) asks, since it names none.
    let map: String?

    /// - Parameter directory: where a path that does not begin with `/` begins.
    public init(_ text: String, directory: String) throws(LookupServiceMistake) {
        var rest = text[...]
        func drop(_ prefix: String) -> Bool {
            guard rest.hasPrefix(prefix) else { return false }
            rest = rest.dropFirst(prefix.count)
            return true
        }
        let isSocketmap = drop("socketmap:")
        let isTCP = !isSocketmap && drop("tcp:")
        takesSocketmap = !isTCP
        takesTCP = !isSocketmap
        if drop("inet:") {
            (place, map) = try Self.inet(rest, of: text)
        } else if drop("unix:") {
            (place, map) = try Self.unix(rest, of: text, directory: directory)
        } else {
            throw Self.mistake(text, "expecting inet:host:port or unix:path")
        }
        if isSocketmap, map != nil {
            throw Self.mistake(text, "a socketmap client names the map itself: leave the name away")
        }
        if isTCP, map == nil {
            throw Self.mistake(
                text, "a tcp client names no map: add one of lookup_service_maps, such as \(text):aliases")
        }
    }

    private static func inet(
        _ rest: Substring, of text: String
    ) throws(LookupServiceMistake) -> (Place, String?) {
        var host = "127.0.0.1"
        var words: [Substring]
        if rest.hasPrefix("["), let bracket = rest.firstIndex(of: "]") {
            host = String(rest[rest.index(after: rest.startIndex)..<bracket])
            words = rest[rest.index(after: bracket)...].split(
                separator: ":", omittingEmptySubsequences: false)
            guard words.first?.isEmpty == true else { throw mistake(text, "a port must follow the address") }
            words.removeFirst()
        } else {
            words = rest.split(separator: ":", omittingEmptySubsequences: false)
            if words.count > 1 { host = String(words.removeFirst()) }
        }
        guard let word = words.first, let port = Int(word), (1...65_535).contains(port) else {
            throw mistake(text, "there must be a port from 1 to 65535")
        }
        guard !host.isEmpty, words.count <= 2, words.count == 1 || !words[1].isEmpty else {
            throw mistake(text, "expecting inet:host:port, or inet:host:port:name")
        }
        return (.inet(host: host, port: port), words.count == 2 ? String(words[1]) : nil)
    }

    private static func unix(
        _ rest: Substring, of text: String, directory: String
    ) throws(LookupServiceMistake) -> (Place, String?) {
        let words = rest.split(separator: ":", omittingEmptySubsequences: false)
        guard words.count <= 2, let path = words.first, !path.isEmpty, words.last?.isEmpty == false else {
            throw mistake(text, "expecting unix:path, or unix:path:name")
        }
        let whole = path.hasPrefix("/") ? String(path) : "\(directory)/\(path)"
        guard whole.utf8.count < 108 else {
            throw mistake(text, "the path of a UNIX socket has at most 107 bytes")
        }
        return (.unix(path: whole), words.count == 2 ? String(words[1]) : nil)
    }

    private static func mistake(_ text: String, _ words: String) -> LookupServiceMistake {
        LookupServiceMistake("lookup_service = \(text): \(words)")
    }
}

extension LookupListener: CustomStringConvertible {
    public var description: String {
        switch place {
        case .inet(let host, let port): host.contains(":") ? "inet:[\(host)]:\(port)" : "inet:\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}

/// What is wrong with the settings of `lookup_service`, or why it cannot be had.
public struct LookupServiceMistake: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
