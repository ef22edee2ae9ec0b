/// The logical lines of main.cf and master.cf: postconf(5).
///
/// A line that starts with white space continues the one before it. Empty lines, lines of white space and
/// lines whose first visible character is `#` are no part of any, even between a line and its continuation.
struct LogicalLines {
    struct Line: Equatable {
        /// Joined without its line ends; white space at the start of a continuation stays.
        var text: [UInt8]
        /// The physical lines it stands on, counted from 1.
        var numbers: ClosedRange<Int>
    }

    private(set) var lines: [Line] = []
    /// Lines that start with white space although there is nothing to continue; they are left out.
    private(set) var strays: [Line] = []

    init(_ file: some Sequence<UInt8>) {
        var number = 0
        for physical in Array(file).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            guard let visible = physical.first(where: { !$0.isPostfixSpace }), visible != UInt8(ascii: "#")
            else { continue }
            if physical.first?.isPostfixSpace == true {
                // Strays come before the first line only: after it there is always something to continue.
                if let last = lines.indices.last {
                    lines[last].text += physical
                    lines[last].numbers = lines[last].numbers.lowerBound...number
                } else {
                    strays.append(Line(text: Array(physical), numbers: number...number))
                }
            } else {
                lines.append(Line(text: Array(physical), numbers: number...number))
            }
        }
    }
}
