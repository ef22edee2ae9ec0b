import CLDAP
import Logging
import LookupTables

/// A server that `server_host` names, as the URL that the client library connects to.
///
///     ldap.example.com             ldap://ldap.example.com:389
///     ldap.example.com:1444        ldap://ldap.example.com:1444
///     ldapi://%2Frun%2Fslapd%2Fldapi
struct LDAPServer: Hashable, Sendable, CustomStringConvertible {
    let url: String
    /// TLS from the first byte: `ldaps://`.
    let isSecure: Bool

    var description: String { url }

    /// The servers between commas and white space, in the order in which they are tried.
    static func read(_ settings: TableSettings, logger: Logger) throws(TableError) -> [LDAPServer] {
        let text = try settings.text("server_host", default: "localhost")
        let port = try settings.number("server_port", default: Int(LDAP_PORT))
        var servers: [LDAPServer] = []
        for word in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }).map(String.init) {
            guard ldap_is_ldap_url(word) != 0 else {
                servers.append(
                    LDAPServer(
                        url: "ldap://" + (word.contains(":") ? word : "\(word):\(port)"), isSecure: false))
                continue
            }
            var parsed: UnsafeMutablePointer<LDAPURLDesc>?
            let code = ldap_url_parse(word, &parsed)
            defer { ldap_free_urldesc(parsed) }
            guard code == 0, let parsed else {
                logger.error(
                    "\(settings.table): error parsing URL \(word): \(code): \(LDAPText.error(code)); skipping"
                )
                continue
            }
            let scheme = parsed.pointee.lud_scheme.map { String(cString: $0) } ?? ""
            servers.append(LDAPServer(url: word, isSecure: scheme.lowercased() == "ldaps"))
        }
        guard !servers.isEmpty else { throw settings.mistake("names no server", "server_host", text) }
        return servers
    }
}
