import CMariaDB
import LookupTables

/// Who connects to which database, and how: what two maps must have in common to share connections.
struct MySQLConnector: SQLConnector {
    let hosts: [DatabaseHost]
    let user: String?
    let password: String?
    let database: String
    /// The client library's name of a character set.
    let charset: String
    let optionFile: String?
    let optionGroup: String?
    let tls: MySQLTLS
    var timeouts = Timeouts()

    /// How long the client library waits, in seconds.
    struct Timeouts: Hashable, Sendable {
        var connect: UInt32 = 5
        /// Also the longest that a statement may run.
        var read: UInt32 = 20
        var write: UInt32 = 10
    }

    init(_ settings: TableSettings) throws(TableError) {
        hosts = try MySQLHosts.read(settings.text("hosts") ?? "")
        // An empty name means the user that the option file or the system names.
        user = settings.text("user").flatMap { $0.isEmpty ? nil : $0 }
        password = settings.text("password").flatMap { $0.isEmpty ? nil : $0 }
        database = try settings.required("dbname")
        charset = try settings.text("charset", default: "utf8mb4")
        guard mariadb_get_charset_by_name(charset) != nil else {
            throw settings.mistake("unknown character set", "charset", charset)
        }
        optionFile = settings.text("option_file").flatMap { $0.isEmpty ? nil : $0 }
        let group = settings.text("option_group") ?? "client"
        optionGroup = group.isEmpty ? nil : group
        tls = try MySQLTLS(settings)
    }

    var login: DatabaseLogin {
        DatabaseLogin(user: user ?? "", database: database, charset: charset)
    }

    func connect(to host: DatabaseHost) throws(ConnectionLoss) -> any SQLConnection {
        try MySQLConnection(self, host: host)
    }
}

/// The `tls_…` settings.
struct MySQLTLS: Hashable, Sendable {
    let certificate: String?
    let key: String?
    let authority: String?
    let authorityDirectory: String?
    let ciphers: String?
    let verifiesCertificate: Bool

    init(_ settings: TableSettings) throws(TableError) {
        func path(_ name: String) -> String? { settings.text(name).flatMap { $0.isEmpty ? nil : $0 } }
        certificate = path("tls_cert_file")
        key = path("tls_key_file")
        authority = path("tls_CAfile")
        authorityDirectory = path("tls_CApath")
        ciphers = path("tls_ciphers")
        verifiesCertificate = try settings.flag("tls_verify_cert", default: false)
    }

    var isUsed: Bool {
        certificate != nil || key != nil || authority != nil || authorityDirectory != nil || ciphers != nil
            || verifiesCertificate
    }
}
