import Foundation

/// A blocking connection with lines, for clients and sinks that tests script. Not for the cooperative pool.
public final class SocketStream {
    public let descriptor: Int32
    private var buffer: [UInt8] = []

    public init(descriptor: Int32, seconds: Int = 120) {
        self.descriptor = descriptor
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    public convenience init(port: Int, seconds: Int = 120) throws {
        let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard made >= 0 else { throw PeerFailure("socket: \(errnoText())") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(made, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard connected else {
            let reason = errnoText()
            close(made)
            throw PeerFailure("connect to port \(port): \(reason)")
        }
        self.init(descriptor: made, seconds: seconds)
    }

    public func write(_ bytes: some Sequence<UInt8>) throws {
        let all = Array(bytes)
        var sent = 0
        while sent < all.count {
            let count = all.withUnsafeBytes {
                send(descriptor, $0.baseAddress! + sent, all.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw PeerFailure("send: \(errnoText())") }
            sent += count
        }
    }

    public func write(_ text: String) throws { try write(text.utf8) }

    /// A line without its end (LF, and CR before it); nil at the end of the stream.
    public func readLine() throws -> String? {
        while true {
            if let end = buffer.firstIndex(of: 10) {
                var line = buffer[..<end]
                if line.last == 13 { line.removeLast() }
                let text = String(decoding: line, as: UTF8.self)
                buffer.removeSubrange(...end)
                return text
            }
            guard try fill() else { return nil }
        }
    }

    /// Bytes up to and including the terminator; nil where the stream ends before.
    public func read(through terminator: [UInt8]) throws -> [UInt8]? {
        var searched = 0
        while true {
            if buffer.count >= terminator.count {
                var index = max(0, searched - terminator.count)
                while index + terminator.count <= buffer.count {
                    if buffer[index] == terminator[0],
                        Array(buffer[index..<index + terminator.count]) == terminator
                    {
                        let found = Array(buffer[..<(index + terminator.count)])
                        buffer.removeSubrange(..<(index + terminator.count))
                        return found
                    }
                    index += 1
                }
                searched = buffer.count
            }
            guard try fill() else { return nil }
        }
    }

    /// So many bytes; nil where the stream ends before.
    public func read(count: Int) throws -> [UInt8]? {
        while buffer.count < count { guard try fill() else { return nil } }
        defer { buffer.removeSubrange(..<count) }
        return Array(buffer[..<count])
    }

    private func fill() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count == 0 { return false }
        guard count > 0 else {
            if errno == ECONNRESET { return false }
            throw PeerFailure("recv: \(errnoText())")
        }
        buffer.append(contentsOf: chunk[..<count])
        return true
    }

    /// A complete reply, its lines joined with LF; nil where the server closed the connection.
    public func readReply() throws -> String? {
        var lines: [String] = []
        while let line = try readLine() {
            lines.append(line)
            if line.utf8.count < 4
                || line.utf8[line.utf8.index(line.utf8.startIndex, offsetBy: 3)] != UInt8(ascii: "-")
            {
                return lines.joined(separator: "\n")
            }
        }
        return nil
    }
}
