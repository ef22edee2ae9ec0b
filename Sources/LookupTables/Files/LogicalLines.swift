/// A line of a Postfix file after continuation lines were joined and comments left out.
struct LogicalLine: Hashable, Sendable {
    /// Surrounding white space is gone; a continuation keeps its leading white space and loses its line end.
    let bytes: [UInt8]
    /// The physical lines that it spans, counted from 1.
    let lines: ClosedRange<Int>
    /// It starts with white space and yet continues nothing: the file opens with it.
    let isMisplacedContinuation: Bool

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Nil where the line is not valid UTF-8.
    var validText: String? { String(validating: bytes, as: UTF8.self) }
}

/// The line syntax that main.cf, `.cf` files and table sources share: postconf(5), postmap(1) "INPUT FILE FORMAT".
///
///     key   value            # not a comment: only a line's first character makes one
///       more of the value
///     # a comment, even between a line and its continuation
enum LogicalLines {
    static func read(_ bytes: [UInt8]) -> [LogicalLine] {
        var logical: [LogicalLine] = []
        var current: [UInt8] = []
        var span: ClosedRange<Int>?

        func finish() {
            guard let lines = span, let first = current.first else { return }
            logical.append(
                LogicalLine(
                    bytes: Array(current.trimmed), lines: lines, isMisplacedContinuation: first.isSpace))
        }

        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            guard let first = line.first(where: { !$0.isSpace }), first != UInt8(ascii: "#") else { continue }
            if let start = line.first, start.isSpace, let lines = span {
                current.append(contentsOf: line)
                span = lines.lowerBound...number
            } else {
                finish()
                current = Array(line)
                span = number...number
            }
        }
        finish()
        return logical
    }
}

extension UInt8 {
    /// White space as C's isspace() has it in the POSIX locale.
    var isSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}

extension BidirectionalCollection<UInt8> {
    var trimmed: SubSequence {
        guard let first = firstIndex(where: { !$0.isSpace }), let last = lastIndex(where: { !$0.isSpace })
        else {
            return self[endIndex...]
        }
        return self[first...last]
    }
}

extension StringProtocol {
    /// Without the white space around it; by bytes, since `\r\n` is one Character.
    var trimmed: String { String(Substring(Substring(self).utf8.trimmed)) }
}
