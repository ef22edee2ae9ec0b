import Foundation

/// Where main.cf stands.
enum ConfigurationDirectory {
    /// `-c DIR`, else `$MAIL_CONFIG`, else /etc/martlet where it holds a main.cf, else /etc/postfix.
    static func choose(option: String?) -> String {
        if let option { return option }
        if let variable = ProcessInfo.processInfo.environment["MAIL_CONFIG"], !variable.isEmpty {
            return variable
        }
        let own = "/etc/martlet"
        return access("\(own)/main.cf", F_OK) == 0 ? own : "/etc/postfix"
    }
}
