/// Keeps passwords out of what is shown.
enum Secrets {
    static let hidden = "(hidden)"

    /// Whether a setting of this name holds a password: `password`, `bind_pw`, `aliases_password`.
    static func isSecret(_ name: String) -> Bool {
        let name = name.lowercased()
        return name.hasSuffix("password") || name.hasSuffix("passwd") || name.hasSuffix("_pw") || name == "pw"
    }

    /// The value of a setting as it may be shown.
    static func shown(_ name: String, _ value: String) -> String {
        if isSecret(name) { return value.isEmpty ? "" : hidden }
        let name = name.lowercased()
        // smtp_sasl_password_maps = static:user:password
        if name.contains("password"), value.contains("static:") || value.contains("inline:") { return hidden }
        // mongodb's uri = mongodb://user:password@host
        return withoutUserInfo(value)
    }

    /// `scheme://user:password@host` as `scheme://user:(hidden)@host`.
    static func withoutUserInfo(_ text: String) -> String {
        guard let scheme = text.firstRange(of: "://") else { return text }
        let rest = text[scheme.upperBound...]
        let authority = rest.prefix { !"/?# \t,".contains($0) }
        guard let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else {
            return text
        }
        return text[..<colon] + ":" + hidden + withoutUserInfo(String(text[at...]))
    }
}
