import PostfixConfig

/// Where probe results are kept: `address_verify_map`.
public enum VerificationPlace: Hashable, Sendable {
    /// Until the program ends.
    case memory
    /// In a SQLite database of this name.
    case file(String)

    /// What Postfix would keep in `/var/lib/postfix/verify_cache.db` stands in `/var/lib/postfix/verify_cache.sqlite`:
    /// the type says what kind of file Postfix would use, the path where it is. Postfix's own file is never opened.
    ///
    ///     btree:/var/lib/postfix/verify_cache   proxy:btree:/…   lmdb:/…   internal:x   (nothing)
    ///
    /// - Throws: what is wrong, in words that follow the parameter's name.
    public init(_ text: String) throws(ParameterValueError) {
        var rest = text[...]
        if rest.hasPrefix("proxy:") { rest = rest.dropFirst(6) }
        if rest.isEmpty || rest.hasPrefix("internal:") {
            self = .memory
            return
        }
        let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, Self.types.contains(String(parts[0])) else {
            throw ParameterValueError(
                "\"\(text)\": probe results can be kept in a file, such as btree:/var/lib/postfix/verify_cache, or in "
                    + "memory, where nothing is named")
        }
        guard parts[1].hasPrefix("/") else {
            throw ParameterValueError("\"\(text)\": the path must be absolute")
        }
        self = .file("\(parts[1]).sqlite")
    }

    private static let types: Set = ["btree", "hash", "lmdb", "dbm", "sdbm"]
}
