import PostfixConfig

/// `inline:{key=value, {key = text with spaces}}`: a small table that stands in main.cf itself.
struct InlineTable: ListableTable, TextTable {
    let name: String
    let table: FixedTable

    var keys: LookupKeys { .fixed }
    var asksServer: Bool { false }

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        observer?.asked(statement: key, host: "", duration: .zero)
        return table[key]
    }

    func entries() async throws(LookupFailure) -> [(key: String, value: String)] { table.entries }
}

struct InlineDriver: TableDriver {
    var type: String { "inline" }

    func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        let full = "inline:\(name)"
        func mistake(_ text: String) -> TableError {
            TableError("\(text): \"\(full)\"; need \"inline:{name=value...}\"")
        }
        guard name.hasPrefix("{"), let inside = try? Braces.inside(name), !inside.isEmpty else {
            throw mistake("bad syntax")
        }
        var table = FixedTable(folding: opener.folding)
        for element in ListSyntax.split(inside) {
            var entry = element
            if element.hasPrefix("{") {
                do { entry = try Braces.inside(element) } catch { throw mistake("\(error)") }
            }
            guard let equals = entry.firstIndex(of: "=") else {
                throw mistake("missing '=' after attribute name")
            }
            // A later value for the same key wins, as Postfix has it.
            _ = table.add(entry[..<equals].trimmed, entry[entry.index(after: equals)...].trimmed)
        }
        return InlineTable(name: full, table: table)
    }
}
