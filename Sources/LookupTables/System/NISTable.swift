import Glibc
import Logging

/// `nis:map`, which the default of alias_maps names: NIS (yp) on a machine that has no NIS domain.
///
/// There is nobody to ask then, and so nothing is found, as Postfix has it. A machine that has a domain does
/// have a server, which Martlet does not speak with: its lookups fail, and say so.
struct NISTable: LookupTable {
    let name: String

    var keys: LookupKeys { .fixed }

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        observer?.asked(statement: key, host: "", duration: .zero)
        guard let domain = Self.domain else { return nil }
        throw LookupFailure(
            table: name, cause: .configuration,
            reason: "the machine is in the NIS domain \(domain), and NIS is not spoken here; "
                + "take \(name) out of main.cf")
    }

    /// The NIS domain; nil where there is none.
    static var domain: String? {
        var bytes = [CChar](repeating: 0, count: 256)
        guard getdomainname(&bytes, bytes.count - 1) == 0 else { return nil }
        let name = String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return name.isEmpty || name == "(none)" ? nil : name
    }
}

struct NISDriver: TableDriver {
    var type: String { "nis" }

    func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        if NISTable.domain == nil {
            opener.logger.warning("dict_nis_init: NIS domain name not set - NIS lookups disabled")
        }
        return NISTable(name: "\(type):\(name)")
    }
}
