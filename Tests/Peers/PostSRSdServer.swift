import Foundation

/// A private postsrsd on loopback: two servers of tcp_table(5), which rewrite senders and back.
public final class PostSRSdServer: Sendable {
    public let forwardPort: Int
    public let reversePort: Int
    private let directory: TemporaryDirectory
    private let process: ChildProcess

    public static func start(domain: String) async throws -> PostSRSdServer {
        try await Blocking.run { try PostSRSdServer(domain: domain) }
    }

    private init(domain: String) throws {
        directory = try TemporaryDirectory("srs")
        let (forward, reverse) = (try LoopbackPort.unused(), try LoopbackPort.unused())
        (forwardPort, reversePort) = (forward, reverse)
        let secrets = try directory.write("secret", "not very secret\n")
        process = try ChildProcess(
            [
                "postsrsd", "-4", "-s", secrets, "-d", domain, "-l", "127.0.0.1", "-f", "\(forward)", "-r",
                "\(reverse)",
            ], outputPath: directory.appending("log"))
        try process.waitUntil("answer of postsrsd") {
            TCPProbe.connects(port: forward) && TCPProbe.connects(port: reverse)
        }
    }

    deinit { ChildProcess.leave(process, in: directory) }
}
