/// The settings that a lookup table has, in a file of its own or in main.cf: `mysql:aliases` reads
/// `aliases_query`, `mysql:/etc/postfix/aliases.cf` reads `query` there.
enum TableParameters {
    /// A table in a value: `mysql:aliases`, also inside `proxy:`, `pipemap:{…}` and the like.
    struct Reference: Hashable {
        let type: String
        let name: String

        var isFile: Bool { name.hasPrefix("/") || name.hasPrefix(".") }
    }

    static func references(in value: String) -> [Reference] {
        value.utf8.split {
            $0.isSpace || [UInt8(ascii: ","), .openBrace, UInt8(ascii: "}")].contains($0)
        }
        .compactMap { word in
            var word = String(decoding: word, as: UTF8.self)[...]
            while word.hasPrefix("proxy:") { word = word.dropFirst("proxy:".count) }
            guard let colon = word.firstIndex(of: ":") else { return nil }
            let reference = Reference(
                type: String(word[..<colon]), name: String(word[word.index(after: colon)...]))
            return settings[reference.type] == nil || reference.name.isEmpty ? nil : reference
        }
    }

    static func settings(of type: String) -> Set<String> { settings[type] ?? [] }

    private static let common: Set<String> = ["domain", "expansion_limit", "result_format"]
    private static let legacySQL: Set<String> = [
        "additional_conditions", "select_field", "table", "where_field",
    ]

    /// mysql_table(5), pgsql_table(5), sqlite_table(5), ldap_table(5), memcache_table(5).
    private static let settings: [String: Set<String>] = [
        "mysql": common.union(legacySQL).union([
            "dbname", "hosts", "option_file", "option_group", "password", "query", "require_result_set",
            "tls_CAfile",
            "tls_CApath", "tls_cert_file", "tls_ciphers", "tls_key_file", "tls_verify_cert", "user",
            // Postfix 3.9 and later.
            "charset", "idle_interval", "retry_interval",
        ]),
        "pgsql": common.union(legacySQL).union([
            "dbname", "hosts", "password", "query", "select_function", "user",
        ]),
        "sqlite": common.union(legacySQL).union(["dbpath", "query"]),
        "ldap": common.union([
            "bind", "bind_dn", "bind_pw", "cache", "cache_expiry", "cache_size", "chase_referrals",
            "debuglevel",
            "dereference", "leaf_result_attribute", "query_filter", "recursion_limit", "result_attribute",
            "result_filter", "sasl_authz_id", "sasl_mechs", "sasl_minssf", "sasl_realm", "scope",
            "search_base",
            "server_host", "server_port", "size_limit", "special_result_attribute", "start_tls",
            "terminal_result_attribute", "timeout", "tls_ca_cert_dir", "tls_ca_cert_file", "tls_cert",
            "tls_cipher_suite", "tls_key", "tls_random_file", "tls_require_cert", "version",
        ]),
        "memcache": [
            "backup", "data_size_limit", "domain", "flags", "key_format", "line_size_limit", "max_try",
            "memcache",
            "retry_pause", "timeout", "ttl",
        ],
    ]
}
