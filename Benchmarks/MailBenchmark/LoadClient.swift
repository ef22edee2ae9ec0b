import Foundation

/// Many SMTP connections driven by one thread with poll(2): cheap, so that the server is what is measured.
struct LoadClient {
    /// Commands sent with one write, and how many replies they will get.
    struct Chunk {
        var bytes: [UInt8]
        var replies: Int
    }

    struct Outcome {
        var seconds: Double
        /// Replies by their first digit: `counts[2]` are 2xx.
        var counts = [Int](repeating: 0, count: 6)
    }

    let port: Int
    let connections: Int

    private struct Connection {
        let socket: Int32
        var awaited = 1
        var sent = 0
        var outgoing: [UInt8] = []
        var written = 0
        /// How many bytes of the current line were read, up to 4.
        var column = 0
        var digit: UInt8 = 0
        var isDone = false
    }

    /// Runs each connection through its chunks; the clock starts once all are greeted and have said EHLO.
    ///
    /// - Parameter next: the next chunk of a connection, by its number and how many it has had; nil: it is done.
    func run(_ next: (_ connection: Int, _ number: Int) -> Chunk?) throws -> Outcome {
        var all: [Connection] = []
        defer { all.forEach { close($0.socket) } }
        for _ in 0..<connections { all.append(Connection(socket: try connect())) }
        try drive(&all, count: nil) { _, number in
            number == 0 ? Chunk(bytes: Array("EHLO load.example.test\r\n".utf8), replies: 1) : nil
        }
        for index in all.indices {
            all[index].isDone = false
            all[index].sent = 0
        }
        var outcome = Outcome(seconds: 0)
        let start = ContinuousClock.now
        try drive(&all, count: { outcome.counts[Int($0)] += 1 }, next)
        outcome.seconds = (ContinuousClock.now - start) / .seconds(1)
        return outcome
    }

    private func drive(
        _ all: inout [Connection], count: ((UInt8) -> Void)?, _ next: (Int, Int) -> Chunk?
    ) throws {
        var descriptors = all.map { pollfd(fd: $0.socket, events: Int16(POLLIN), revents: 0) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        for index in all.indices where all[index].awaited == 0 { advance(&all[index], index, next) }
        var running = all.count { !$0.isDone }
        while running > 0 {
            for index in all.indices {
                descriptors[index].fd = all[index].isDone ? -1 : all[index].socket
                let wantsToWrite = all[index].written < all[index].outgoing.count
                descriptors[index].events = Int16(wantsToWrite ? POLLIN | POLLOUT : POLLIN)
            }
            guard poll(&descriptors, nfds_t(descriptors.count), 60_000) > 0 else {
                throw BenchmarkError("no answer for a minute")
            }
            for index in all.indices where descriptors[index].revents != 0 && !all[index].isDone {
                if descriptors[index].revents & Int16(POLLOUT) != 0 { flush(&all[index]) }
                guard descriptors[index].revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 else { continue }
                let size = recv(all[index].socket, &buffer, buffer.count, Int32(MSG_DONTWAIT))
                if size < 0 && (errno == EAGAIN || errno == EINTR) { continue }
                guard size > 0 else { throw BenchmarkError("the server closed connection \(index)") }
                read(buffer[..<size], into: &all[index], count: count)
                if all[index].awaited <= 0 {
                    advance(&all[index], index, next)
                    if all[index].isDone { running -= 1 }
                }
            }
        }
    }

    private func read(
        _ bytes: ArraySlice<UInt8>, into connection: inout Connection, count: ((UInt8) -> Void)?
    ) {
        for byte in bytes {
            if byte == 10 {
                connection.column = 0
                continue
            }
            if connection.column == 0 { connection.digit = byte &- 48 }
            if connection.column == 3 && byte != UInt8(ascii: "-") {
                connection.awaited -= 1
                count?(min(connection.digit, 5))
            }
            connection.column = min(connection.column + 1, 4)
        }
    }

    private func advance(_ connection: inout Connection, _ index: Int, _ next: (Int, Int) -> Chunk?) {
        guard let chunk = next(index, connection.sent) else {
            connection.isDone = true
            connection.awaited = 0
            return
        }
        connection.sent += 1
        connection.awaited = chunk.replies
        connection.outgoing = chunk.bytes
        connection.written = 0
        flush(&connection)
    }

    private func flush(_ connection: inout Connection) {
        while connection.written < connection.outgoing.count {
            let (socket, from) = (connection.socket, connection.written)
            let count = connection.outgoing.withUnsafeBytes {
                send(
                    socket, $0.baseAddress.map { $0 + from }, $0.count - from,
                    Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            connection.written += count
        }
    }

    private func connect() throws -> Int32 {
        let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(made, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard made >= 0, connected else {
            throw BenchmarkError("connect: \(String(cString: strerror(errno)))")
        }
        var on: Int32 = 1
        setsockopt(made, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        return made
    }
}

struct BenchmarkError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
