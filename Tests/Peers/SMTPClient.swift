import Foundation

/// A scripted SMTP client, each step on a thread of its own so that the server under test may live in this process.
public final class SMTPClient: @unchecked Sendable {
    // The stream is touched on one serial queue only.
    private let stream: SocketStream
    private let queue = DispatchQueue(label: "smtp client")
    public let greeting: String

    public static func connect(port: Int, seconds: Int = 120) async throws -> SMTPClient {
        try await Blocking.run {
            let stream = try SocketStream(port: port, seconds: seconds)
            guard let greeting = try stream.readReply() else {
                throw PeerFailure("no greeting from port \(port)")
            }
            return SMTPClient(stream, greeting)
        }
    }

    private init(_ stream: sending SocketStream, _ greeting: String) {
        self.stream = stream
        self.greeting = greeting
    }

    private func perform<Result: Sendable>(_ work: @escaping @Sendable (SocketStream) throws -> Result)
        async throws -> Result
    {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Swift.Result { try work(self.stream) }) }
        }
    }

    /// Sends a command (CRLF is added) and returns its reply; `<closed>` where there is none.
    public func command(_ line: String) async throws -> String {
        try await perform {
            try $0.write(line + "\r\n")
            return try $0.readReply() ?? "<closed>"
        }
    }

    /// Sends all commands in one write and returns the replies in order; `<closed>` from where the server hung up.
    public func pipeline(_ lines: [String]) async throws -> [String] {
        try await perform { stream in
            try stream.write(lines.map { $0 + "\r\n" }.joined())
            return try lines.map { _ in try stream.readReply() ?? "<closed>" }
        }
    }

    /// Sends bytes as they are and reads that many replies.
    public func send(_ bytes: [UInt8], replies: Int) async throws -> [String] {
        try await perform { stream in
            try stream.write(bytes)
            return try (0..<replies).map { _ in try stream.readReply() ?? "<closed>" }
        }
    }

    /// Sends bytes, says that there are no more, and reads until the server hangs up too.
    public func sendLast(_ bytes: [UInt8]) async throws {
        try await perform { stream in
            try stream.write(bytes)
            shutdown(stream.descriptor, Int32(SHUT_WR))
            while try stream.readLine() != nil {}
        }
    }

    public func readReply() async throws -> String? { try await perform { try $0.readReply() } }

    /// A whole transaction after EHLO: MAIL, RCPTs, and DATA where a recipient was taken.
    ///
    /// - Parameter content: with CRLF line ends, not dot-stuffed.
    /// - Returns: the replies to MAIL, to each RCPT, to DATA and to the final dot, as far as it came.
    public func sendMail(from sender: String, to recipients: [String], content: String) async throws
        -> [String]
    {
        var replies = try await pipeline(["MAIL FROM:<\(sender)>"] + recipients.map { "RCPT TO:<\($0)>" })
        guard replies.dropFirst().contains(where: { $0.hasPrefix("250") }) else {
            _ = try await command("RSET")
            return replies
        }
        let data = try await command("DATA")
        replies.append(data)
        guard data.hasPrefix("354") else { return replies }
        var stuffed = content.replacingOccurrences(of: "\r\n.", with: "\r\n..")
        if stuffed.hasPrefix(".") { stuffed = "." + stuffed }
        if !stuffed.hasSuffix("\r\n") { stuffed += "\r\n" }
        replies += try await send(Array(stuffed.utf8) + Array(".\r\n".utf8), replies: 1)
        return replies
    }
}
