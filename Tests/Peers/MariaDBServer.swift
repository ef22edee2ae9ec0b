import Foundation
import Synchronization

/// A private MariaDB on loopback and a UNIX socket, with a directory of its own.
public final class MariaDBServer: Sendable {
    public let directory: TemporaryDirectory
    public let port: Int
    public var socket: String { directory.appending("s") }

    private let options: [String]
    private let process = Mutex<ChildProcess?>(nil)

    private static let sharedServer = Task { try await MariaDBServer.start() }

    /// One server for all tests of this run; each test makes databases of its own in it.
    public static func shared() async throws -> MariaDBServer { try await sharedServer.value }

    /// - Parameter options: further command line options, such as `--max-connections=8`.
    public static func start(options: [String] = []) async throws -> MariaDBServer {
        try await Blocking.run { try MariaDBServer(options: options) }
    }

    private init(options: [String]) throws {
        directory = try TemporaryDirectory("mdb")
        port = try LoopbackPort.unused()
        self.options = options
        try Command.require(["cp", "-r", try Self.template.get().appending("data"), directory.path])
        _ = try directory.makeDirectory("tmp")
        try resume()
    }

    /// The system tables, made once a run and copied for each server.
    private static let template = Result {
        let directory = try TemporaryDirectory("mdt")
        _ = try directory.makeDirectory("tmp")
        try Command.require([
            "mariadb-install-db", "--no-defaults", "--user=\(userName)",
            "--auth-root-authentication-method=normal",
            "--skip-test-db", "--datadir=\(directory.appending("data"))",
            "--tmpdir=\(directory.appending("tmp"))",
        ])
        return directory
    }

    private static var userName: String { String(cString: getpwuid(getuid()).pointee.pw_name) }

    /// Starts the server again after ``halt()``, on the same port and socket.
    public func resume() throws {
        let started = try ChildProcess(
            [
                "mariadbd", "--no-defaults", "--user=\(Self.userName)",
                "--datadir=\(directory.appending("data"))",
                "--tmpdir=\(directory.appending("tmp"))", "--socket=\(socket)",
                "--pid-file=\(directory.appending("pid"))", "--bind-address=127.0.0.1",
                "--port=\(port)", "--skip-name-resolve", "--innodb-buffer-pool-size=64M",
                "--innodb-flush-log-at-trx-commit=0", "--skip-log-bin", "--general-log=0",
            ] + options, outputPath: directory.appending("log"))
        try started.waitUntil("answer of MariaDB") {
            try Command.runBlocking(client + ["-e", "SELECT 1"]).exitCode == 0
        }
        process.withLock { $0 = started }
    }

    deinit { ChildProcess.leave(process.withLock { $0.take() }, in: directory) }

    /// Stops the server; its data stay.
    public func halt() { process.withLock { $0.take() }?.stop() }

    private var client: [String] {
        ["mariadb", "--no-defaults", "--socket=\(socket)", "--user=root", "--batch", "--skip-column-names"]
    }

    /// Runs SQL as root and returns what the client prints: a line a row, columns separated by tabs.
    @discardableResult
    public func sql(_ text: String, database: String? = nil) async throws -> String {
        let arguments = client + ["--default-character-set=utf8mb4"] + (database.map { [$0] } ?? [])
        return try await Blocking.run { try Command.require(arguments, input: text) }
    }

    /// An empty database with a user of its own.
    ///
    /// - Returns: the name; user and password are the same text.
    public func makeDatabase(characterSet: String = "utf8mb4") async throws -> String {
        let name = "m" + String(UInt32.random(in: 0...UInt32.max), radix: 36)
        try await sql(
            """
            CREATE DATABASE \(name) CHARACTER SET \(characterSet);
            CREATE USER '\(name)'@'%' IDENTIFIED BY '\(name)', '\(name)'@'localhost' IDENTIFIED BY '\(name)';
            GRANT ALL ON \(name).* TO '\(name)'@'%', '\(name)'@'localhost';
            """)
        return name
    }
}
