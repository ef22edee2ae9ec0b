import Foundation
import MailFormat

/// The keys that standard input holds, as they come in: whoever types one has its answer at once.
struct InputLines {
    /// A line that is longer is given up: it is no key.
    private static let longestLine = 1 << 20

    private var unread: [UInt8] = []
    private var isAtEnd = false
    private var message: MessageKeys?

    init(_ source: PostmapOptions.KeySource) {
        if case .message(let parts) = source { message = MessageKeys(parts) }
    }

    /// Some keys, nil at the end.
    mutating func next(limit: Int) -> [[UInt8]]? {
        var keys: [[UInt8]] = []
        while keys.isEmpty {
            guard let line = nextLine(mayRead: true) else {
                let last = message?.finish() ?? []
                return last.isEmpty ? nil : last
            }
            take(line, &keys)
        }
        while keys.count < limit, let line = nextLine(mayRead: Self.isReady) { take(line, &keys) }
        return keys
    }

    private mutating func take(_ line: [UInt8], _ keys: inout [[UInt8]]) {
        if message == nil { keys.append(line) } else { keys += message?.take(line) ?? [] }
    }

    private var position = 0

    /// Reading would not have to wait.
    private static var isReady: Bool {
        var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        return poll(&input, 1, 0) > 0 && input.revents & Int16(POLLIN) != 0
    }

    private mutating func nextLine(mayRead: @autoclosure () -> Bool) -> [UInt8]? {
        while true {
            if let end = unread[position...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { position = end + 1 }
                return Array(unread[position..<end])
            }
            guard mayRead() else { return nil }
            if isAtEnd || unread.count - position > Self.longestLine {
                guard position < unread.count else { return nil }
                defer { position = unread.count }
                return Array(unread[position...])
            }
            read()
        }
    }

    private mutating func read() {
        unread.removeFirst(position)
        position = 0
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let count = chunk.withUnsafeMutableBytes { Foundation.read(STDIN_FILENO, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { return }
        guard count > 0 else {
            isAtEnd = true
            return
        }
        unread.append(contentsOf: chunk[..<count])
    }
}

/// `-h` and `-b`: each header field of a message, continuation lines included, and each line of its body is a key.
struct MessageKeys {
    private let parts: PostmapOptions.MessageParts
    private var structure: MessageStructure

    init(_ parts: PostmapOptions.MessageParts) {
        self.parts = parts
        structure = MessageStructure(looksIntoMIME: parts.mime)
    }

    mutating func take(_ line: [UInt8]) -> [[UInt8]] { structure.take(line).compactMap(key) }

    /// The header field that was being read.
    mutating func finish() -> [[UInt8]] { structure.finish().compactMap(key) }

    private func key(_ piece: MessageStructure.Piece) -> [UInt8]? {
        switch piece {
        case .header(let field, _): parts.headers ? field : nil
        case .body(let line): parts.body ? line : nil
        }
    }
}
