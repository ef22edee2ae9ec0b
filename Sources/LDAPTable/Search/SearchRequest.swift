import CLDAP
import LookupTables

/// One search, as it is sent.
struct SearchRequest: Hashable, Sendable {
    let base: [UInt8]
    let scope: Int32
    /// Nil: every entry.
    let filter: [UInt8]?
    let attributes: [String]

    /// The entry with this name.
    static func entry(_ name: [UInt8], attributes: ResultAttributes) -> SearchRequest {
        SearchRequest(
            base: name, scope: LDAP_SCOPE_BASE, filter: Array("objectclass=*".utf8),
            attributes: attributes.all)
    }

    /// For `explain`: `ldapsearch -b 'dc=example' -s sub '(mail=jack)' maildrop`.
    var description: String {
        let scopes = [LDAP_SCOPE_BASE: "base", LDAP_SCOPE_ONELEVEL: "one", LDAP_SCOPE_SUBTREE: "sub"]
        let filter = filter.map { " '\(String(decoding: $0, as: UTF8.self))'" } ?? ""
        return "ldapsearch -b '\(String(decoding: base, as: UTF8.self))' -s \(scopes[scope] ?? "\(scope)")"
            + filter + attributes.map { " " + $0 }.joined()
    }
}
