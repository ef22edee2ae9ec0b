/// Where an LMTP server listens, as a next hop names it: lmtp(8).
///
///     unix:private/dovecot-lmtp   inet:127.0.0.1:24   mail.example.org   [::1]:24
public enum LMTPDestination: Hashable, Sendable {
    /// A path; relative ones are relative to `queue_directory`.
    case unix(String)
    case inet(host: String, port: Int)

    /// - Parameter defaultPort: `lmtp_tcp_port`.
    /// - Returns: nil where the text names no place.
    public init?(_ nextHop: String, defaultPort: Int) {
        if nextHop.hasPrefix("unix:") {
            let path = String(nextHop.dropFirst(5))
            guard !path.isEmpty else { return nil }
            self = .unix(path)
            return
        }
        let text = nextHop.hasPrefix("inet:") ? nextHop.dropFirst(5) : nextHop[...]
        let host: Substring
        let rest: Substring
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let inside = text[text.index(after: text.startIndex)..<end]
            host = inside.lowercased().hasPrefix("ipv6:") ? inside.dropFirst(5) : inside
            rest = text[text.index(after: end)...]
        } else {
            let colon = text.firstIndex(of: ":") ?? text.endIndex
            host = text[..<colon]
            rest = text[colon...]
        }
        guard !host.isEmpty, !host.contains(where: { $0.isWhitespace || $0 == "," }) else { return nil }
        if rest.isEmpty {
            self = .inet(host: String(host), port: defaultPort)
            return
        }
        guard rest.first == ":", let port = Int(rest.dropFirst()), (1...65535).contains(port) else {
            return nil
        }
        self = .inet(host: String(host), port: port)
    }
}
