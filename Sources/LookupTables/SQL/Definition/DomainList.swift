import PostfixConfig

/// The `domain` setting: which domains are worth a question. Names, `/files` of names and `type:table`, each may
/// be turned round with `!`; the first that matches decides. Without case.
struct DomainList: Sendable {
    private enum Pattern: Sendable {
        case name(String)
        case table(any LookupTable)
    }

    private var patterns: [(pattern: Pattern, isMember: Bool)] = []

    init(_ text: String, opener: TableOpener) throws(TableError) {
        try add(ListSyntax.split(text), isMember: true, opener: opener, depth: 0)
    }

    private mutating func add(
        _ elements: [String], isMember: Bool, opener: TableOpener, depth: Int
    ) throws(TableError) {
        for element in elements {
            let pattern = element.drop(while: { $0 == "!" })
            let isMember = (element.count - pattern.count).isMultiple(of: 2) ? isMember : !isMember
            if pattern.hasPrefix("/") {
                try addFile(String(pattern), isMember: isMember, opener: opener, depth: depth)
            } else if pattern.contains(":") {
                patterns.append((.table(try opener.openOrFail(String(pattern))), isMember))
            } else {
                patterns.append((.name(KeyFolding.lowercase.fold(String(pattern))), isMember))
            }
        }
    }

    private mutating func addFile(
        _ path: String, isMember: Bool, opener: TableOpener, depth: Int
    ) throws(TableError) {
        // A file may name files; one that names itself would never end.
        guard depth < 10 else { throw TableError("\(path): files of domains are nested too deep") }
        let elements: [String]
        do throws(FileContent.Failure) {
            elements = try ListSyntax.elements(ofFile: path)
        } catch {
            throw TableError("open file \(path): \(error)")
        }
        try add(elements, isMember: isMember, opener: opener, depth: depth + 1)
    }

    /// Whether a key is `nonempty@domain` with a domain of the list. An empty domain is a domain: `static:all` has it.
    func accepts(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> Bool {
        guard let at = key.utf8.lastIndex(of: UInt8(ascii: "@")), at != key.startIndex else { return false }
        let domain = String(key[key.utf8.index(after: at)...])
        let folded = KeyFolding.lowercase.fold(domain)
        for (pattern, isMember) in patterns {
            switch pattern {
            case .name(let name):
                if name == folded { return isMember }
            case .table(let table):
                if try await table.lookup(domain, observer: observer) != nil { return isMember }
            }
        }
        return false
    }
}
