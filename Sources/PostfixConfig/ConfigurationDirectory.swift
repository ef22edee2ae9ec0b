import Glibc

/// Where main.cf and master.cf are.
public struct ConfigurationDirectory: Hashable, Sendable {
    public let path: String
    /// Whether the operator named it, with `-c` or `MAIL_CONFIG`.
    public let isNamed: Bool

    /// What was named, else `$MAIL_CONFIG`, else `/etc/martlet` where it holds a main.cf, else `/etc/postfix`.
    /// - Parameter named: the argument of `-c`.
    public init(named: String? = nil) {
        let environment = getenv("MAIL_CONFIG").map { String(cString: $0) }
        let hasOwn = access("/etc/martlet/main.cf", F_OK) == 0
        self.init(named: named, environment: environment, hasOwnSetup: hasOwn)
    }

    /// The absolute path, for commands of our own: `$config_directory/x` must be a file wherever it is read from.
    public static func choose(option: String?) -> String {
        let path = Self(named: option).path
        guard !path.hasPrefix("/"), let here = getcwd(nil, 0) else { return path }
        defer { free(here) }
        return "\(String(cString: here))/\(path)"
    }

    /// Where Postfix looks when nothing is named: the default of `config_directory`.
    static let preset = "/etc/postfix"

    init(named: String?, environment: String?, hasOwnSetup: Bool) {
        let chosen = named ?? environment.flatMap { $0.isEmpty ? nil : $0 }
        path = chosen ?? (hasOwnSetup ? "/etc/martlet" : Self.preset)
        isNamed = chosen != nil
    }
}
