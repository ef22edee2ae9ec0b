import Foundation

/// `environ:name`: the environment that the program was started in; the name changes nothing.
struct EnvironmentTable: LookupTable {
    let name: String
    let folding: KeyFolding

    var keys: LookupKeys { .fixed }
    var asksServer: Bool { false }

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        let key = folding.fold(key)
        observer?.asked(statement: key, host: "", duration: .zero)
        return ProcessInfo.processInfo.environment[key]
    }
}

struct EnvironmentDriver: TableDriver {
    var type: String { "environ" }

    func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        EnvironmentTable(name: "\(type):\(name)", folding: opener.folding)
    }
}
