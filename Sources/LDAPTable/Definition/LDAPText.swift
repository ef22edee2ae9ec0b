import CLDAP

/// The client library's words.
enum LDAPText {
    /// What a result code means: `No such object`.
    static func error(_ code: Int32) -> String {
        ldap_err2string(code).map { String(cString: $0) } ?? "error \(code)"
    }
}
