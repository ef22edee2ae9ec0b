import Foundation

/// A private memcached on loopback.
public final class MemcachedServer: Sendable {
    public let port: Int
    private let directory: TemporaryDirectory
    private let process: ChildProcess

    public static func start() async throws -> MemcachedServer {
        try await Blocking.run { try MemcachedServer() }
    }

    private init() throws {
        directory = try TemporaryDirectory("mem")
        port = try LoopbackPort.unused()
        // As root it wants to know whom to become.
        let user = getuid() == 0 ? ["-u", "nobody"] : []
        process = try ChildProcess(
            ["memcached", "-l", "127.0.0.1", "-p", "\(port)", "-U", "0", "-m", "64"] + user,
            outputPath: directory.appending("log"))
        let port = port
        try process.waitUntil("answer of memcached") { TCPProbe.connects(port: port) }
    }

    deinit { ChildProcess.leave(process, in: directory) }

    /// Stores values, without a word of Martlet's in between.
    public func store(_ entries: [(key: [UInt8], value: [UInt8])]) throws {
        let stream = try SocketStream(port: port)
        for (key, value) in entries {
            try stream.write(
                Array("set ".utf8) + key + Array(" 0 0 \(value.count)\r\n".utf8) + value + Array("\r\n".utf8))
            guard try stream.readLine() == "STORED" else { throw PeerFailure("memcached stored nothing") }
        }
    }

    /// `VALUE key flags length` and the value; nil where there is none.
    public func entry(_ key: String) throws -> (line: String, value: String)? {
        let stream = try SocketStream(port: port)
        try stream.write("get \(key)\r\n")
        guard let line = try stream.readLine(), line != "END" else { return nil }
        return (line, try stream.readLine() ?? "")
    }
}
