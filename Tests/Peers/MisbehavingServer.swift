import Foundation

/// Servers that no protocol foresees. Whoever asks them must give up in bounded time, and leak nothing.
public enum MisbehavingServer: String, CaseIterable, Sendable {
    /// Takes connections and never says a word.
    case silent
    /// Takes connections and closes them at once.
    case closing
    /// Reads a little and closes the connection without a word.
    case closingInTheMiddle
    /// Answers with random bytes.
    case garbage
    /// Answers with a line, or a number, that never ends.
    case endless
    /// Answers a byte now and then, and never finishes.
    case dripping

    /// - Parameter path: a UNIX socket; nil for a port that the kernel chooses.
    public func start(path: String? = nil) throws -> StreamServer {
        try StreamServer(path: path) { [self] stream, number in try converse(stream, number) }
    }

    private func converse(_ stream: SocketStream, _ number: Int) throws {
        switch self {
        case .silent: while try stream.read(count: 1) != nil {}
        case .closing: return
        case .closingInTheMiddle: _ = try stream.read(count: 3)
        case .garbage:
            _ = try stream.read(count: 1)
            var generator = SeededGenerator(seed: UInt64(number))
            try stream.write((0..<512).map { _ in UInt8.random(in: 0...255, using: &generator) })
            while try stream.read(count: 1) != nil {}
        case .endless:
            _ = try stream.read(count: 1)
            while true { try stream.write(repeatElement(UInt8(ascii: "2"), count: 4096)) }
        case .dripping:
            _ = try stream.read(count: 1)
            while true {
                try stream.write([UInt8(ascii: "1")])
                usleep(50_000)
            }
        }
    }
}
