/// `unionmap:{type:name, type:name}`: the answers of all tables, joined with commas.
struct UnionTable: LookupTable {
    let name: String
    let tables: [any LookupTable]
    let folding: KeyFolding

    var keys: LookupKeys { tables.combinedKeys }
    var asksServer: Bool { tables.contains(where: \.asksServer) }

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        let key = tables.combined(key, folding)
        var joined = ""
        for table in tables {
            guard let value = try await table.lookup(key, observer: observer) else { continue }
            if !joined.isEmpty { joined += "," }
            joined += value
        }
        return joined.isEmpty ? nil : joined
    }
}

struct UnionDriver: TableDriver {
    var type: String { "unionmap" }

    func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        UnionTable(
            name: "\(type):\(name)", tables: try BracedList.tables(of: name, type: type, opener: opener),
            folding: opener.folding)
    }
}
