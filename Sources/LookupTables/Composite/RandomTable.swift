/// `randmap:{value, value}`: any of the values, the same chance for each.
struct RandomTable: LookupTable {
    let name: String
    let values: [String]

    var keys: LookupKeys { .whole }
    var asksServer: Bool { false }

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        observer?.asked(statement: key, host: "", duration: .zero)
        return values.randomElement()
    }
}

struct RandomDriver: TableDriver {
    var type: String { "randmap" }

    func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        RandomTable(
            name: "\(type):\(name)", values: try BracedList.elements(of: name, type: type, element: "value"))
    }
}
