import Foundation
import Synchronization

/// A private PostgreSQL on loopback and a UNIX socket, with a directory of its own. It refuses to be root, so root's
/// tests run it as nobody.
public final class PostgreSQLServer: Sendable {
    public let directory: TemporaryDirectory
    public let port: Int
    /// The directory of the socket, for the default port too: what `unix:` names.
    public var socketDirectory: String { directory.appending("home/s") }

    private let options: [String]
    private let process = Mutex<ChildProcess?>(nil)

    private static let sharedServer = Task { try await PostgreSQLServer.start() }

    /// One server for all tests of this run; each test makes databases of its own in it.
    public static func shared() async throws -> PostgreSQLServer { try await sharedServer.value }

    /// - Parameters:
    ///   - options: settings as in postgresql.conf: `idle_session_timeout=1s`.
    ///   - certificate, key: files for TLS.
    public static func start(
        options: [String] = [], certificate: String? = nil, key: String? = nil
    ) async throws -> PostgreSQLServer {
        try await Blocking.run { try PostgreSQLServer(options: options, certificate: certificate, key: key) }
    }

    private init(options: [String], certificate: String?, key: String?) throws {
        directory = try TemporaryDirectory("pg")
        port = try LoopbackPort.unused()
        let home = try directory.makeDirectory("home")
        if let certificate, let key {
            // The server reads a key only where it is its own and nobody else's.
            let files = [(certificate, "\(home)/tls.pem"), (key, "\(home)/tls.key")]
            for (file, copy) in files { try Command.require(["install", "-m", "600", file, copy]) }
            try Self.own(files.map(\.1))
            self.options =
                options + ["ssl=on", "ssl_cert_file=\(home)/tls.pem", "ssl_key_file=\(home)/tls.key"]
        } else {
            self.options = options
        }
        try Command.require(["cp", "-a", try Self.template.get().appending("home/data"), home])
        _ = try directory.makeDirectory("home/s")
        try Self.own([home, socketDirectory])
        // A map's `unix:/directory` means the socket of the default port in it.
        try FileManager.default.createSymbolicLink(
            atPath: "\(socketDirectory)/.s.PGSQL.5432", withDestinationPath: ".s.PGSQL.\(port)")
        try resume()
    }

    /// A cluster as initdb leaves it, made once a run and copied for each server.
    private static let template = Result {
        let directory = try TemporaryDirectory("pgt")
        try own([try directory.makeDirectory("home")])
        try Command.require(
            asOwner + [
                "\(programs)/initdb", "--pgdata=\(directory.appending("home/data"))", "--username=postgres",
                "--encoding=UTF8", "--locale=C", "--auth-local=trust", "--auth-host=scram-sha-256",
                "--no-sync",
                "--no-instructions",
            ])
        // Only the superuser needs no password.
        try Command.require(
            asOwner + [
                "sh", "-c",
                "printf '%s\\n' 'local all postgres trust' 'local all all scram-sha-256' "
                    + "'host all all 127.0.0.1/32 scram-sha-256' > \(directory.appending("home/data/pg_hba.conf"))",
            ])
        return directory
    }

    /// Debian keeps each version in a directory of its own, away from PATH.
    private static let programs: String = {
        let root = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap {
            Int($0)
        }
        return versions.max().map { "\(root)/\($0)/bin" } ?? "/usr/bin"
    }()

    private static let isRoot = getuid() == 0
    private static let asOwner =
        isRoot ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] : []

    private static func own(_ paths: [String]) throws {
        if isRoot { try Command.require(["chown", "nobody:nogroup"] + paths) }
    }

    /// Starts the server again after ``halt()``, on the same port and socket.
    public func resume() throws {
        let settings =
            [
                "port=\(port)", "listen_addresses=127.0.0.1", "unix_socket_directories=\(socketDirectory)",
                "fsync=off", "full_page_writes=off", "synchronous_commit=off", "shared_buffers=16MB",
                "max_connections=300", "autovacuum=off",
            ] + options
        let started = try ChildProcess(
            Self.asOwner + ["\(Self.programs)/postgres", "-D", directory.appending("home/data")]
                + settings.flatMap { ["-c", $0] },
            outputPath: directory.appending("log"), stopSignal: "INT")
        try started.waitUntil("answer of PostgreSQL") {
            try Command.runBlocking(client + ["-c", "SELECT 1"]).exitCode == 0
        }
        process.withLock { $0 = started }
    }

    deinit { ChildProcess.leave(process.withLock { $0.take() }, in: directory) }

    /// Stops the server and its sessions; its data stay.
    public func halt() { process.withLock { $0.take() }?.stop() }

    /// Stops or continues the server's sessions for this database where they are, as a machine that hangs would.
    public func signal(_ signal: Int32, sessionsOf database: String) async throws {
        let pids = try await sql("SELECT pid FROM pg_stat_activity WHERE datname = '\(database)'")
        for pid in pids.split(separator: "\n").compactMap({ pid_t($0) }) { kill(pid, signal) }
    }

    private var client: [String] {
        [
            "psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-h", socketDirectory,
            "-p", "\(port)", "-U", "postgres",
        ]
    }

    /// Runs SQL as the superuser and returns what the client prints: a line a row, columns separated by tabs.
    ///
    /// - Parameter encoding: what the text's bytes are in.
    @discardableResult
    public func sql(
        _ text: String, database: String = "postgres", encoding: String = "UTF8"
    ) async throws -> String {
        let arguments = ["env", "PGCLIENTENCODING=\(encoding)"] + client + ["-d", database]
        return try await Blocking.run { try Command.require(arguments, input: text) }
    }

    /// An empty database with a user of its own.
    ///
    /// - Returns: the name; user and password are the same text.
    public func makeDatabase(encoding: String = "UTF8") async throws -> String {
        let name = "m" + String(UInt32.random(in: 0...UInt32.max), radix: 36)
        try await sql(
            """
            CREATE ROLE \(name) LOGIN PASSWORD '\(name)';
            CREATE DATABASE \(name) OWNER \(name) ENCODING '\(encoding)' TEMPLATE template0;
            """)
        return name
    }
}
