/// A line of a Postfix file after continuation lines were joined and comments left out.
package struct LogicalLine: Hashable, Sendable {
    /// Joined without its line ends; white space around it and at the start of a continuation stays.
    package let bytes: [UInt8]
    /// The physical lines that it spans, counted from 1.
    package let numbers: ClosedRange<Int>

    /// Without the white space at both ends.
    package var trimmed: ArraySlice<UInt8> { bytes.trimmed }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Nil where the line is not valid UTF-8.
    package var validText: String? { String(validating: bytes, as: UTF8.self) }

    /// It starts with white space and yet continues nothing, for the file opens with it: Postfix's words for that.
    package var misplacement: String? {
        guard bytes.first?.isSpace == true else { return nil }
        let shown = String(decoding: bytes.prefix(30), as: UTF8.self) + (bytes.count > 30 ? "..." : "")
        return "logical line must not start with whitespace: \"\(shown)\""
    }
}

/// The line syntax that main.cf, master.cf, `.cf` files and table sources share: postconf(5), postmap(1)
/// "INPUT FILE FORMAT".
///
///     key   value            # not a comment: only a line's first visible character makes one
///       more of the value
///     # a comment, even between a line and its continuation
package enum LogicalLines {
    package static func read(_ file: some Sequence<UInt8>) -> [LogicalLine] {
        var logical: [LogicalLine] = []
        var current: [UInt8] = []
        var span: ClosedRange<Int>?

        func finish() {
            if let span { logical.append(LogicalLine(bytes: current, numbers: span)) }
        }

        var number = 0
        for line in Array(file).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            guard let visible = line.first(where: { !$0.isSpace }), visible != UInt8(ascii: "#") else {
                continue
            }
            if line.first?.isSpace == true, let numbers = span {
                current += line
                span = numbers.lowerBound...number
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
