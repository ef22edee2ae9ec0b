/// `pipemap:{type:name, type:name}`: each table is asked for the answer of the one before it.
struct PipeTable: LookupTable {
    let name: String
    let tables: [any LookupTable]
    let folding: KeyFolding

    var keys: LookupKeys { tables.combinedKeys }
    var asksServer: Bool { tables.contains(where: \.asksServer) }

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        var value = tables.combined(key, folding)
        for table in tables {
            guard let answer = try await table.lookup(value, observer: observer) else { return nil }
            value = answer
        }
        return value
    }
}

struct PipeDriver: TableDriver {
    var type: String { "pipemap" }

    func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        PipeTable(
            name: "\(type):\(name)", tables: try BracedList.tables(of: name, type: type, opener: opener),
            folding: opener.folding)
    }
}
