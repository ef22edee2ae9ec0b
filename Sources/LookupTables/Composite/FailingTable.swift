/// `fail:reason`: could not be asked, ever. For trying out what an outage does.
struct FailingTable: LookupTable {
    let name: String

    var keys: LookupKeys { .whole }

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        observer?.asked(statement: key, host: "", duration: .zero)
        throw LookupFailure(table: name, cause: .unavailable, reason: "this kind of table always fails")
    }
}

struct FailingDriver: TableDriver {
    var type: String { "fail" }

    func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        FailingTable(name: "\(type):\(name)")
    }
}
