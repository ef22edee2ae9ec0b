import Foundation
import Synchronization

/// The built program as a private instance: configuration, queue and log in a directory of its own, SMTP on loopback.
public final class MartletServer: Sendable {
    public let directory: TemporaryDirectory
    public let port: Int
    public var configDirectory: String { directory.appending("etc") }
    public var queueDirectory: String { directory.appending("spool") }
    public var logPath: String { directory.appending("log") }

    private let command: [String]
    private let process = Mutex<ChildProcess?>(nil)

    /// - Parameters:
    ///   - mainCf: lines of main.cf after those that make the instance private; later lines win.
    ///   - smtpdOptions: `-o name=value …` for the listener in master.cf.
    ///   - masterCf: further lines of master.cf.
    ///   - command: what starts the program.
    ///   - files: name → text of files beside main.cf, which may be named as `$config_directory/name`.
    ///   - asRoot: root starts it, whoever runs the tests.
    ///   - prepare: called with the instance's directory before it starts.
    public static func start(
        mainCf: String, smtpdOptions: String = "", masterCf: String = "", files: [String: String] = [:],
        command: [String] = [BuiltProgram.martlet], asRoot: Bool = false,
        prepare: @escaping @Sendable (TemporaryDirectory) throws -> Void = { _ in }
    ) async throws -> MartletServer {
        try await Blocking.run {
            let server = try MartletServer(
                mainCf: mainCf, smtpdOptions: smtpdOptions, masterCf: masterCf, files: files,
                command: (asRoot ? Privilege.prefix : []) + command, isRoots: asRoot || getuid() == 0)
            try prepare(server.directory)
            try server.resume()
            return server
        }
    }

    private init(
        mainCf: String, smtpdOptions: String, masterCf: String, files: [String: String], command: [String],
        isRoots: Bool
    ) throws {
        self.command = command
        directory = try TemporaryDirectory("mlt")
        port = try LoopbackPort.unused()
        let path = directory.path
        // The server runs as somebody else once it has bound its port, as on a real machine.
        let owner = isRoots ? "mail" : String(cString: getpwuid(getuid()).pointee.pw_name)
        for name in ["etc", "spool", "spool/private", "data"] {
            _ = try directory.makeDirectory(name)
            if isRoots, name != "etc" { try Root.run("chown mail:mail '\(directory.appending(name))'") }
        }
        try directory.write(
            "etc/main.cf",
            """
            compatibility_level = 3.6
            queue_directory = \(path)/spool
            data_directory = \(path)/data
            maillog_file = \(path)/log
            mail_owner = \(owner)
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            myhostname = mx.example.test
            mydestination =
            alias_maps =
            alias_database =
            mynetworks = 127.0.0.0/8
            \(mainCf)

            """)
        try directory.write(
            "etc/master.cf", "127.0.0.1:\(port) inet n - n - - smtpd \(smtpdOptions)\n\(masterCf)\n")
        for (name, text) in files { try directory.write("etc/\(name)", text) }
    }

    /// Starts the program, again after ``halt()`` or ``crash()``: same configuration, same queue, same port.
    public func resume() throws {
        let started = try ChildProcess(
            command + ["serve", "-c", configDirectory], outputPath: directory.appending("out"))
        let port = port
        do {
            try started.waitUntil("greeting of Martlet") {
                (try? SocketStream(port: port).readReply())?.hasPrefix("220") ?? false
            }
        } catch {
            throw PeerFailure("\(error)\n\(log.suffix(4_000))")
        }
        process.withLock { $0 = started }
    }

    /// SIGTERM, and waits for the end.
    ///
    /// - Returns: the exit code.
    @discardableResult
    public func halt() -> Int32 {
        guard let ending = process.withLock({ $0.take() }) else { return 0 }
        ending.send(SIGTERM)
        return ending.wait()
    }

    /// SIGKILL: nothing can be tidied.
    public func crash() {
        guard let ending = process.withLock({ $0.take() }) else { return }
        ending.send(SIGKILL)
        ending.wait()
    }

    /// SIGHUP: the configuration is read again.
    public func reload() { process.withLock { $0?.send(SIGHUP) } }

    public var pid: pid_t? { process.withLock { $0?.pid } }

    public var isRunning: Bool { process.withLock { $0?.isRunning ?? false } }

    deinit { ChildProcess.leave(process.withLock { $0.take() }, in: directory) }

    public var log: String {
        (try? Data(contentsOf: URL(fileURLWithPath: logPath))).map { String(decoding: $0, as: UTF8.self) }
            ?? ""
    }

    /// Waits until the log has a text.
    public func waitForLog(_ text: String, seconds: Double = 60) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while !log.contains(text) {
            guard ContinuousClock.now < deadline else {
                throw PeerFailure("no \"\(text)\" in the log:\n\(log.suffix(4_000))")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Runs one of the program's commands on this instance's configuration.
    public func command(_ arguments: [String], input: String = "") async throws -> CommandResult {
        try await Command.run(
            command + arguments, input: input, environment: ["MAIL_CONFIG": configDirectory])
    }
}
