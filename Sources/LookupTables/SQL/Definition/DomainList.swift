import PostfixConfig

/// The `domain` setting of a map: which domains are worth a question, as a match list.
struct DomainList: Sendable {
    let list: MatchList

    init(_ text: String, opener: TableOpener) throws(TableError) {
        list = try MatchList(
            parameter: "domain", elements: ListSyntax.split(text)
        ) { (specification) throws(TableError) in
            TableList(parameter: "domain", tables: [try opener.openOrFail(specification)])
        }
        if let file = list.unreadableFile { throw TableError("open file \(file.table): \(file.reason)") }
        // What stood in files is a part of the map's definition.
        for element in list.elements {
            if case .word(let word) = element.pattern { opener.defines("\(element.says ? "" : "!")\(word)") }
        }
    }

    /// Whether a key is `nonempty@domain` with a domain of the list. An empty domain is a domain: `static:all` has it.
    func accepts(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> Bool {
        guard let at = key.utf8.lastIndex(of: UInt8(ascii: "@")), at != key.startIndex else { return false }
        return try await list.contains(String(key[key.utf8.index(after: at)...]), observer: observer)
    }

    /// Why a key is not asked for.
    static func words(_ key: String) -> String {
        guard let at = key.utf8.lastIndex(of: UInt8(ascii: "@")), at != key.startIndex else {
            return "the map's \"domain\" setting takes whole addresses only"
        }
        return "the map's \"domain\" setting does not have \(key[key.utf8.index(after: at)...])"
    }
}
