/// Where a server listens, as main.cf names it.
///
///     unix:private/dovecot-lmtp   inet:127.0.0.1:24   inet:24@127.0.0.1   [::1]:24   mail.example.org
enum ServerPlace: Hashable, Sendable {
    /// An absolute path.
    case unix(String)
    case inet(host: String, port: String)

    /// - Parameters:
    ///   - defaultPort: where the text names none; nil where it has to.
    ///   - directory: what relative paths are relative to, `queue_directory`.
    init?(_ text: String, defaultPort: String? = nil, directory: String) {
        if text.hasPrefix("unix:") || text.hasPrefix("local:") {
            let path = String(text[text.index(after: text.firstIndex(of: ":") ?? text.startIndex)...])
            guard !path.isEmpty else { return nil }
            self = .unix(path.hasPrefix("/") ? path : "\(directory)/\(path)")
            return
        }
        var rest = text[...]
        for prefix in ["inet:", "inet6:"] where rest.hasPrefix(prefix) { rest = rest.dropFirst(prefix.count) }
        if let at = rest.firstIndex(of: "@") {
            // Sendmail's way: port@host.
            self = .inet(host: Self.unbracketed(rest[rest.index(after: at)...]), port: String(rest[..<at]))
            return
        }
        var host = rest
        var port = defaultPort
        if let colon = rest.lastIndex(of: ":"), !(rest[colon...].contains("]")) {
            host = rest[..<colon]
            port = String(rest[rest.index(after: colon)...])
        }
        guard let port, !port.isEmpty, !host.isEmpty else { return nil }
        self = .inet(host: Self.unbracketed(host), port: port)
    }

    private static func unbracketed(_ host: Substring) -> String {
        guard host.first == "[", host.last == "]" else { return String(host) }
        let inside = host.dropFirst().dropLast()
        return inside.lowercased().hasPrefix("ipv6:") ? String(inside.dropFirst(5)) : String(inside)
    }
}

extension ServerPlace: CustomStringConvertible {
    var description: String {
        switch self {
        case .unix(let path): path
        case .inet(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }
}
