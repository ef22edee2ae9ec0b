import LookupTables

/// A map that main.cf or master.cf names.
///
///     virtual_alias_maps = proxy:mysql:/etc/postfix/aliases.cf
public struct NamedMap: Hashable, Sendable {
    /// `mysql`
    public let type: String
    /// What stands right of the colon: `/etc/postfix/aliases.cf`.
    public let name: String
    /// The parameters that name it, in the order of their names.
    public var parameters: [String]
    /// Where one sees that it is named, a line for each place that says so; empty where only defaults name it.
    public var places: [Evidence]

    /// `mysql:/etc/postfix/aliases.cf`, as ``LookupTable/name`` has it.
    public var specification: String { "\(type):\(name)" }

    /// Whether the operator wrote it down, so that it is no mere default.
    public var isWritten: Bool { !places.isEmpty }

    /// Whether the name is a path.
    public var isFile: Bool { name.hasPrefix("/") || name.hasPrefix(".") }
}

extension NamedMap {
    /// What stands in the file of that name.
    public enum Content: Hashable, Sendable {
        /// Settings: `mysql:`, `ldap:`.
        case definition
        /// The entries themselves: `texthash:`, `pcre:`.
        case text
        /// The source of a file that postmap makes: `hash:`.
        case source(DatabaseKind)
        /// There is no file.
        case none
    }

    public var content: Content {
        if let kind = DatabaseKind(rawValue: type) { return .source(kind) }
        guard isFile else { return .none }
        switch type {
        case "mysql", "pgsql", "sqlite", "ldap", "mongodb", "memcache": return .definition
        case "texthash", "regexp", "pcre", "cidr": return .text
        default: return .none
        }
    }
}
