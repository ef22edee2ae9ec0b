/// `static:value`: every key has the same value. `static:{text with spaces}` where the value needs it.
struct StaticTable: TextTable {
    let name: String
    let value: String

    var keys: LookupKeys { .fixed }
    var asksServer: Bool { false }

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        observer?.asked(statement: key, host: "", duration: .zero)
        return value
    }
}

struct StaticDriver: TableDriver {
    var type: String { "static" }

    func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        guard name.hasPrefix("{") else { return StaticTable(name: "static:\(name)", value: name) }
        do {
            return StaticTable(name: "static:\(name)", value: try Braces.inside(name))
        } catch {
            throw TableError("bad static:name syntax: \(error)")
        }
    }
}
