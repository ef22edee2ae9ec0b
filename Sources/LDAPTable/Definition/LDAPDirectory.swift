import CLDAP
import Logging
import LookupTables

/// Which servers, who logs in, and how: what two maps must have in common to share connections.
struct LDAPDirectory: Hashable, Sendable {
    /// Tried in this order.
    let servers: [LDAPServer]
    let bind: LDAPBind
    let tls: LDAPTLS
    /// 2 or 3.
    let version: Int32
    /// When the server follows the directory's aliases: 0 never, 1 searching, 2 finding the base, 3 always.
    let dereference: Int32
    let chasesReferrals: Bool
    /// Seconds that connecting, binding and a search may take, each.
    let timeout: Int

    static let names: Set<String> = [
        "server_host", "server_port", "timeout", "version", "dereference", "chase_referrals", "debuglevel",
        "cache", "cache_expiry", "cache_size",
    ]

    init(_ settings: TableSettings, logger: Logger) throws(TableError) {
        servers = try LDAPServer.read(settings, logger: logger)
        bind = try LDAPBind(settings)
        tls = try LDAPTLS(settings)
        var version = try settings.number("version", default: 3)
        if version != 2, version != 3 {
            logger.warning("\(settings.table): Unknown version \(version), using 3.")
            version = 3
        }
        let needsThree = tls.startsTLS || servers.contains { !$0.url.lowercased().hasPrefix("ldap:") }
        if version == 2, needsThree {
            logger.warning("\(settings.table): TLS and URLs other than ldap: require protocol version 3")
            version = 3
        }
        self.version = Int32(version)
        let dereference = try settings.number("dereference", default: 0)
        if !(0...3).contains(dereference) {
            logger.warning(
                "\(settings.table): Unrecognized value \(dereference) specified for dereference; using 0")
        }
        self.dereference = (0...3).contains(dereference) ? Int32(dereference) : 0
        chasesReferrals = try settings.flag("chase_referrals", default: false)
        let timeout = try settings.number("timeout", default: 10)
        guard (1...3600).contains(timeout) else {
            throw settings.mistake("must be from 1 to 3600 seconds", "timeout", "\(timeout)")
        }
        self.timeout = timeout
        for setting in ["cache", "cache_expiry", "cache_size"] where settings.text(setting) != nil {
            logger.warning("\(settings.table): ignoring \(setting)")
        }
    }
}

/// How a connection says who it is.
enum LDAPBind: Hashable, Sendable {
    case none
    /// Both may be empty: anonymous.
    case simple(name: String, password: String)
    case sasl(SASLIdentity)

    static let names: Set<String> = [
        "bind", "bind_dn", "bind_pw", "sasl_mechs", "sasl_realm", "sasl_authz_id", "sasl_minssf",
    ]

    init(_ settings: TableSettings) throws(TableError) {
        let name = settings.text("bind_dn") ?? ""
        let password = settings.text("bind_pw") ?? ""
        let kind = try settings.text("bind", default: "yes")
        switch kind.lowercased() {
        case "no", "none": self = .none
        case "yes", "simple": self = .simple(name: name, password: password)
        case "sasl":
            let strength = try settings.number("sasl_minssf", default: 0)
            guard (0...4096).contains(strength) else {
                throw settings.mistake("must be from 0 to 4096", "sasl_minssf", "\(strength)")
            }
            self = .sasl(
                SASLIdentity(
                    mechanisms: settings.text("sasl_mechs") ?? "", realm: settings.text("sasl_realm") ?? "",
                    name: name, password: password, authorization: settings.text("sasl_authz_id") ?? "",
                    minimumStrength: strength))
        default:
            throw settings.mistake("unsupported parameter value (yes, no, none, simple, sasl)", "bind", kind)
        }
    }

    /// The name for messages.
    var name: String {
        switch self {
        case .simple(let name, _) where !name.isEmpty: name
        case .sasl(let identity) where !identity.name.isEmpty: identity.name
        default: "empty or implicit"
        }
    }
}

/// What SASL mechanisms may ask for; what is empty is left to them.
struct SASLIdentity: Hashable, Sendable {
    let mechanisms: String
    let realm: String
    let name: String
    let password: String
    let authorization: String
    /// The least security strength factor of the layer that the mechanism gives.
    let minimumStrength: Int
}

/// The `start_tls` and `tls_…` settings.
struct LDAPTLS: Hashable, Sendable {
    let startsTLS: Bool
    let requiresCertificate: Bool
    /// Files, directories and the cipher suites, by the option of the client library that takes them.
    let options: [Int32: String]

    private static let optionNames: [String: Int32] = [
        "tls_ca_cert_file": LDAP_OPT_X_TLS_CACERTFILE, "tls_ca_cert_dir": LDAP_OPT_X_TLS_CACERTDIR,
        "tls_cert": LDAP_OPT_X_TLS_CERTFILE, "tls_key": LDAP_OPT_X_TLS_KEYFILE,
        "tls_random_file": LDAP_OPT_X_TLS_RANDOM_FILE, "tls_cipher_suite": LDAP_OPT_X_TLS_CIPHER_SUITE,
    ]

    static let names = Set(optionNames.keys).union(["start_tls", "tls_require_cert"])

    init(_ settings: TableSettings) throws(TableError) {
        startsTLS = try settings.flag("start_tls", default: false)
        requiresCertificate = try settings.flag("tls_require_cert", default: false)
        var options: [Int32: String] = [:]
        for (name, option) in Self.optionNames {
            if let value = settings.text(name), !value.isEmpty { options[option] = value }
        }
        self.options = options
    }

    static func name(of option: Int32) -> String {
        optionNames.first { $0.value == option }?.key ?? "TLS option \(option)"
    }
}
