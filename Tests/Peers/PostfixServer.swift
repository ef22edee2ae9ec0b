import Foundation

/// A private Postfix from Debian's packages: configuration, queue, data and log in a directory of its own,
/// an smtpd on loopback. It is the judge of what Martlet answers.
public final class PostfixServer: Sendable {
    public let directory: TemporaryDirectory
    public let port: Int
    public var configDirectory: String { directory.appending("etc") }
    public var queueDirectory: String { directory.appending("spool") }
    public var logPath: String { directory.appending("log") }

    private let master: ChildProcess

    /// - Parameters:
    ///   - mainCf: lines of main.cf after those that make the instance private; later lines win.
    ///   - masterCf: further lines of master.cf.
    ///   - files: name → text of files beside main.cf, which may be named as `$config_directory/name`.
    ///   - prepare: called with the instance's directory before Postfix starts.
    public static func start(
        mainCf: String, masterCf: String = "", smtpdOptions: String = "", files: [String: String] = [:],
        prepare: @escaping @Sendable (TemporaryDirectory) throws -> Void = { _ in }
    ) async throws -> PostfixServer {
        try await Blocking.run {
            try PostfixServer(
                mainCf: mainCf, masterCf: masterCf, smtpdOptions: smtpdOptions, files: files, prepare: prepare
            )
        }
    }

    /// The lines of main.cf that keep an instance to itself.
    public static func privateLines(directory: String) -> String {
        """
        compatibility_level = 3.6
        queue_directory = \(directory)/spool
        data_directory = \(directory)/data
        maillog_file = \(directory)/log
        maillog_file_prefixes = /tmp
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        myhostname = mx.example.test
        mydestination =
        alias_maps =
        alias_database =
        mynetworks = 127.0.0.0/8
        biff = no
        import_environment = MAIL_CONFIG TZ LANG=C
        multi_instance_enable = no

        """
    }

    private init(
        mainCf: String, masterCf: String, smtpdOptions: String, files: [String: String],
        prepare: (TemporaryDirectory) throws -> Void
    ) throws {
        directory = try TemporaryDirectory("pfx")
        port = try LoopbackPort.unused()
        let path = directory.path
        _ = try directory.makeDirectory("etc")
        try Command.require(
            Privilege.prefix + ["cp", "-a", try Self.template.get().appending("spool"), path])
        _ = try directory.makeDirectory("data")
        try directory.write(
            "etc/main.cf", Self.lastOfEach(Self.privateLines(directory: path) + mainCf + "\n"))
        try directory.write(
            "etc/master.cf",
            """
            127.0.0.1:\(port) inet n - n - - smtpd \(smtpdOptions)
            pickup    unix  n - n 60  1 pickup
            cleanup   unix  n - n -   0 cleanup
            qmgr      unix  n - n 300 1 qmgr
            rewrite   unix  - - n -   - trivial-rewrite
            bounce    unix  - - n -   0 bounce
            defer     unix  - - n -   0 bounce
            trace     unix  - - n -   0 bounce
            verify    unix  - - n -   1 verify
            flush     unix  n - n 1000? 0 flush
            proxymap  unix  - - n -   - proxymap
            proxywrite unix - - n -   1 proxymap
            smtp      unix  - - n -   - smtp
            relay     unix  - - n -   - smtp
            showq     unix  n - n -   - showq
            error     unix  - - n -   - error
            retry     unix  - - n -   - error
            discard   unix  - - n -   - discard
            local     unix  - n n -   - local
            virtual   unix  - n n -   - virtual
            lmtp      unix  - - n -   - lmtp
            anvil     unix  - - n -   1 anvil
            scache    unix  - - n -   1 scache
            postlog   unix-dgram n - n - 1 postlogd
            \(masterCf)

            """)
        // Postfix would make its log for root's eyes alone.
        try directory.write("log", "")
        for (name, text) in files { try directory.write("etc/\(name)", text) }
        try prepare(directory)
        try Command.require(Privilege.prefix + ["chown", "postfix:root", directory.appending("data")])
        if !Privilege.prefix.isEmpty {
            // Postfix wants its configuration to be root's.
            try Command.require(Privilege.prefix + ["chown", "-R", "root:root", directory.appending("etc")])
        }
        // At SIGTERM the master ends its postlogd and then waits for ever to have its last words logged.
        master = try ChildProcess(
            Privilege.prefix + ["/usr/lib/postfix/sbin/master", "-c", directory.appending("etc"), "-d"],
            environment: ["MAIL_CONFIG": directory.appending("etc")],
            outputPath: directory.appending("master.out"),
            stopSignal: "KILL")
        // The master opens one socket after the other.
        for port in [port] + Self.ports(masterCf) {
            try master.waitUntil("port \(port) of Postfix") { TCPProbe.connects(port: port) }
        }
    }

    /// The ports of a master.cf's services on loopback.
    private static func ports(_ masterCf: String) -> [Int] {
        masterCf.split(separator: "\n").compactMap { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count > 1, words[1] == "inet", words[0].hasPrefix("127.0.0.1:") else { return nil }
            return Int(words[0].dropFirst("127.0.0.1:".count))
        }
    }

    /// A queue's directories, made once a run by the checks of `postfix start`, which take seconds, and copied for
    /// each server. The master itself then runs in the foreground.
    private static let template = Result {
        let directory = try TemporaryDirectory("pft")
        for name in ["etc", "spool", "data"] { _ = try directory.makeDirectory(name) }
        try directory.write("etc/main.cf", privateLines(directory: directory.path))
        try directory.write("etc/master.cf", "postlog unix-dgram n - n - 1 postlogd\n")
        try Command.require(Privilege.prefix + ["chown", "postfix:root", directory.appending("data")])
        if !Privilege.prefix.isEmpty {
            try Command.require(
                Privilege.prefix + [
                    "chown", "-R", "root:root", directory.appending("etc"), directory.appending("spool"),
                ])
        }
        try Command.require(Privilege.prefix + ["postfix", "-c", directory.appending("etc"), "check"])
        return directory
    }

    /// Each parameter once, the last line of it: Postfix warns of the others in every process, and its postlogd,
    /// which has to read main.cf too, then waits for room in its own socket for ever.
    private static func lastOfEach(_ mainCf: String) -> String {
        var entries: [(name: Substring, text: String)] = []
        for line in mainCf.split(separator: "\n") {
            if line.first?.isWhitespace == true, let last = entries.indices.last {
                entries[last].text += line + "\n"
                continue
            }
            let name = line.prefix { $0 != "=" && !$0.isWhitespace }
            if !name.hasPrefix("#") { entries.removeAll { $0.name == name } }
            entries.append((name, line + "\n"))
        }
        return entries.map(\.text).joined()
    }

    deinit { ChildProcess.leave(master, in: directory) }

    public var log: String { (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? "" }
}

enum TCPProbe {
    static func connects(port: Int) -> Bool {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, size) == 0 }
        }
        // With nobody listening, a socket that is given the very port for its own end connects to itself.
        var own = sockaddr_in()
        var length = size
        _ = withUnsafeMutablePointer(to: &own) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &length) }
        }
        return isConnected && own.sin_port != address.sin_port
    }
}
