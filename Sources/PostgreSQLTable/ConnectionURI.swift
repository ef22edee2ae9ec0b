import CPostgreSQL
import LookupTables

/// `postgresql://user:password@host:port/database?sslmode=require`: a host that says everything itself.
struct ConnectionURI: Hashable, Sendable {
    /// As it was written, with its password.
    let text: String
    /// Described without anything that may be secret.
    let host: DatabaseHost
    /// The time to connect that it asks for, in seconds; never for ever.
    let connectTimeout: Int?

    static func isOne(_ word: String) -> Bool {
        word.hasPrefix("postgresql://") || word.hasPrefix("postgres://")
    }

    init(_ text: String) throws(TableError) {
        guard let options = PQconninfoParse(text, nil) else {
            // libpq's own words would show a piece of the URI, perhaps of the password.
            throw TableError(
                "hosts: a postgresql:// URI can't be read; "
                    + "\"%\", \"/\", \"@\", \":\", \"?\" and \"&\" in its parts are written as %XX")
        }
        defer { PQconninfoFree(options) }
        var values: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        self.text = text
        let name = values["host"] ?? values["hostaddr"] ?? "localhost"
        let port = values["port"]
        host = DatabaseHost(
            .inet(name: name, port: port.flatMap { UInt16($0) }),
            description: "postgresql://\(name)" + (port.map { ":\($0)" } ?? "") + "/\(values["dbname"] ?? "")"
        )
        connectTimeout = values["connect_timeout"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }
}
