import CPostgreSQL
import LookupTables

/// Who connects to which database, and how: what two maps must have in common to share connections.
struct PostgreSQLConnector: SQLConnector {
    let hosts: [DatabaseHost]
    /// Those of the hosts that were written as a URI, which says everything.
    private let uris: [DatabaseHost: ConnectionURI]
    private let user: String
    private let password: String
    private let database: String
    /// PostgreSQL's name of a character set.
    private let encoding: String
    let timeouts: Timeouts

    struct Timeouts: Hashable, Sendable {
        /// How long connecting to an address may take, in seconds.
        var connect = 5
        /// How long a statement may run.
        var statement: Duration = .seconds(20)
    }

    init(_ settings: TableSettings, timeouts: Timeouts) throws(TableError) {
        self.timeouts = timeouts
        let places = try PostgreSQLHosts.read(settings.text("hosts") ?? "")
        hosts = places.map(\.host)
        uris = Dictionary(
            places.compactMap { place in place.uri.map { (place.host, $0) } },
            uniquingKeysWith: { one, _ in one })
        user = settings.text("user") ?? ""
        password = settings.text("password") ?? ""
        // A URI names its database itself.
        database = uris.count == hosts.count ? "" : try settings.required("dbname")
        encoding = try settings.text("encoding", default: "UTF8")
        guard pg_char_to_encoding(encoding) >= 0 else {
            throw settings.mistake("unknown character set", "encoding", encoding)
        }
    }

    var login: DatabaseLogin { DatabaseLogin(user: user, database: database, charset: encoding) }

    func connect(to host: DatabaseHost) throws(ConnectionLoss) -> any SQLConnection {
        try PostgreSQLConnection(self, host: host)
    }

    /// What libpq is told: keyword and value, later ones win. Some hold the password.
    func parameters(for host: DatabaseHost) -> [(keyword: String, value: String)] {
        let common = [("client_encoding", encoding), ("fallback_application_name", "martlet")]
        if let uri = uris[host] {
            return [("dbname", uri.text), ("connect_timeout", "\(uri.connectTimeout ?? timeouts.connect)")]
                + common
        }
        let (name, port) =
            switch host.place {
            case .unix(let path): (path ?? "", PostgreSQLHosts.defaultPort)
            case .inet(let name, let port): (name, port ?? PostgreSQLHosts.defaultPort)
            }
        return [
            ("host", name), ("port", "\(port)"), ("user", user), ("password", password), ("dbname", database),
            ("connect_timeout", "\(timeouts.connect)"),
        ] + common
    }
}
