import Foundation
import Synchronization

/// An LMTP server that takes everything, keeps nothing, and counts: the far end of both servers measured.
final class CountingSink: Sendable {
    private let listener: Int32
    private let delivered = Atomic<Int>(0)

    var count: Int { delivered.load(ordering: .relaxed) }

    init(path: String) throws {
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard bound, listen(listener, 512) == 0 else { throw BenchmarkError("cannot listen at \(path)") }
        chmod(path, 0o666)
        Thread.detachNewThread { [weak self] in
            while true {
                let socket = accept(listener, nil, nil)
                guard socket >= 0 else { return }
                Thread.detachNewThread { [weak self] in
                    self?.serve(socket)
                    close(socket)
                }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// One pass over the bytes: a line that is a command gets its reply; content is skipped to the lone dot.
    private func serve(_ socket: Int32) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var replies = Array("220 sink\r\n".utf8)
        var line: [UInt8] = []
        var isContent = false
        var recipients = 0
        while true {
            if !replies.isEmpty {
                guard send(socket, replies, replies.count, Int32(MSG_NOSIGNAL)) == replies.count else {
                    return
                }
                replies.removeAll(keepingCapacity: true)
            }
            let size = recv(socket, &buffer, buffer.count, 0)
            guard size > 0 else { return }
            var start = 0
            while start < size {
                let end = buffer.withUnsafeBufferPointer { bytes -> Int? in
                    guard let base = bytes.baseAddress, let found = memchr(base + start, 10, size - start)
                    else { return nil }
                    return UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
                }
                guard let end else {
                    line.append(contentsOf: buffer[start..<size])
                    break
                }
                if line.isEmpty && isContent && !(end - start == 2 && buffer[start] == UInt8(ascii: ".")) {
                    start = end + 1
                    continue
                }
                line.append(contentsOf: buffer[start...end])
                start = end + 1
                defer { line.removeAll(keepingCapacity: true) }
                if isContent {
                    guard line == [46, 13, 10] else { continue }
                    isContent = false
                    for _ in 0..<recipients { replies += "250 2.0.0 Ok\r\n".utf8 }
                    delivered.add(recipients, ordering: .relaxed)
                    recipients = 0
                } else {
                    switch line[0] | 0x20 {
                    case UInt8(ascii: "l"):
                        replies +=
                            "250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n".utf8
                    case UInt8(ascii: "r") where line[1] | 0x20 == UInt8(ascii: "c"):
                        recipients += 1
                        replies += "250 2.1.5 Ok\r\n".utf8
                    case UInt8(ascii: "d"):
                        isContent = true
                        replies += "354 go on\r\n".utf8
                    case UInt8(ascii: "q"):
                        replies += "221 2.0.0 Bye\r\n".utf8
                    default: replies += "250 2.0.0 Ok\r\n".utf8
                    }
                }
            }
        }
    }
}
