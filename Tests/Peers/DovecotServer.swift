import Foundation

/// A private Dovecot that takes mail by LMTP and keeps it in Maildirs below ``mailDirectory``.
///
/// Users are any `local@domain`; the mail of john@example.org lies in `example.org/john/Maildir/new`.
public final class DovecotServer: Sendable {
    public let directory: TemporaryDirectory
    /// The UNIX socket for `lmtp:unix:…`.
    public let lmtpSocket: String
    /// The TCP port of LMTP on 127.0.0.1.
    public let lmtpPort: Int
    public var mailDirectory: String { directory.appending("vmail") }

    private let process: ChildProcess

    /// - Parameters:
    ///   - users: the addresses that exist; nil: every address exists.
    ///   - settings: further lines of dovecot.conf.
    public static func start(users: [String]? = nil, settings: String = "") async throws -> DovecotServer {
        try await Blocking.run { try DovecotServer(users: users, settings: settings) }
    }

    private init(users: [String]?, settings: String) throws {
        directory = try TemporaryDirectory("dvc")
        lmtpPort = try LoopbackPort.unused()
        lmtpSocket = directory.appending("lmtp")
        let isRoot = getuid() == 0
        let user = isRoot ? "nobody" : String(cString: getpwuid(getuid()).pointee.pw_name)
        let group = isRoot ? "nogroup" : String(cString: getgrgid(getgid()).pointee.gr_name)
        let mail = try directory.makeDirectory("vmail", mode: 0o777)
        let userdb: String
        if let users {
            let file = try directory.write("users", users.map { "\($0):::::::\n" }.joined())
            userdb = "driver = passwd-file\n args = \(file)\n"
        } else {
            userdb = "driver = static\n args = allow_all_users=yes\n"
        }
        let configuration = try directory.write(
            "dovecot.conf",
            """
            base_dir = \(directory.path)/run
            log_path = \(directory.path)/log
            protocols = lmtp
            listen = 127.0.0.1
            ssl = no
            default_internal_user = \(isRoot ? "dovecot" : user)
            default_internal_group = \(isRoot ? "dovecot" : group)
            default_login_user = \(isRoot ? "dovenull" : user)
            mail_uid = \(user)
            mail_gid = \(group)
            first_valid_uid = 1
            mail_home = \(mail)/%d/%n
            mail_location = maildir:~/Maildir
            postmaster_address = postmaster@example.test
            hostname = dovecot.example.test
            auth_username_format = %Lu
            service anvil {
              chroot =
            }
            service stats {
              chroot =
            }
            service lmtp {
              process_limit = 200
              unix_listener \(directory.path)/lmtp {
                mode = 0666
              }
              inet_listener lmtp {
                address = 127.0.0.1
                port = \(lmtpPort)
              }
            }
            passdb {
              driver = static
              args = nopassword=y
            }
            userdb {
              \(userdb)}
            \(settings)

            """)
        process = try ChildProcess(
            ["dovecot", "-F", "-c", configuration], outputPath: directory.appending("dovecot.out"))
        let socket = lmtpSocket
        try process.waitUntil("LMTP socket of Dovecot") { FileManager.default.fileExists(atPath: socket) }
    }

    public func stop() { process.stop() }

    deinit { ChildProcess.leave(process, in: directory) }

    public var log: String {
        (try? String(contentsOfFile: directory.appending("log"), encoding: .utf8)) ?? ""
    }

    /// The messages that lie in an address's INBOX, as the files hold them.
    public func messages(of address: String) -> [Data] {
        Maildir.messages(at: "\(mailDirectory)/\(Self.relativePath(of: address))")
    }

    /// Waits until the address has that many messages.
    public func messages(of address: String, count: Int, seconds: Double = 60) async throws -> [Data] {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            let found = messages(of: address)
            if found.count >= count { return found }
            try await Task.sleep(for: .milliseconds(30))
        }
        throw PeerFailure("\(address) has \(messages(of: address).count) messages, expected \(count)\n\(log)")
    }

    private static func relativePath(of address: String) -> String {
        let parts = address.lowercased().split(separator: "@")
        return "\(parts[1])/\(parts[0])/Maildir"
    }
}

public enum Maildir {
    /// The messages in `new` and `cur`, in the order of their names.
    public static func messages(at path: String) -> [Data] {
        ["new", "cur"].flatMap { part in
            ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(part)")) ?? []).sorted()
                .compactMap { try? Data(contentsOf: URL(fileURLWithPath: "\(path)/\(part)/\($0)")) }
        }
    }
}
