import Foundation
import Synchronization

/// A private unbound on loopback that answers from the records it was given, and knows no other name.
public final class NameServer: Sendable {
    public let directory: TemporaryDirectory
    public let port: Int
    private let process: Mutex<ChildProcess?>

    /// As ``ResolverSettings/forwarders`` has it.
    public var address: String { "127.0.0.1@\(port)" }

    /// - Parameters:
    ///   - zones: names below which there are no others than those of `records`.
    ///   - records: lines of a zone file: `mail.example.test. 300 IN A 192.0.2.1`.
    public static func start(zones: [String], records: [String]) async throws -> NameServer {
        try await Blocking.run { try NameServer(zones: zones, records: records) }
    }

    private init(zones: [String], records: [String]) throws {
        directory = try TemporaryDirectory("dns")
        port = try LoopbackPort.unused()
        let configuration = try directory.write(
            "unbound.conf",
            """
            server:
                interface: 127.0.0.1
                port: \(port)
                do-daemonize: no
                use-syslog: no
                chroot: ""
                username: ""
                directory: "\(directory.path)"
                pidfile: "\(directory.appending("pid"))"
                module-config: "iterator"
                local-zone: "." refuse
            \(zones.map { "    local-zone: \"\($0)\" static\n" }.joined())
            \(records.map { "    local-data: '\($0)'\n" }.joined())
            remote-control:
                control-enable: no

            """)
        let started = try ChildProcess(
            ["/usr/sbin/unbound", "-c", configuration], outputPath: directory.appending("log"))
        let port = port
        try started.waitUntil("answer of unbound") { (try? SocketStream(port: port)) != nil }
        process = Mutex(started)
    }

    /// Stops answering, and stays: the kernel keeps what is sent to it.
    public func freeze() { process.withLock { $0?.send(SIGSTOP) } }

    public func thaw() { process.withLock { $0?.send(SIGCONT) } }

    deinit {
        thaw()
        ChildProcess.leave(process.withLock { $0.take() }, in: directory)
    }
}
