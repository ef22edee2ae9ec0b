/// Where one sees a trouble: a line of a file, a parameter, a row, a statement, the words of a server.
///
/// Never holds a password.
public struct Evidence: Hashable, Sendable {
    /// `/etc/postfix/main.cf, line 12`; nil where the text says it all.
    public var place: String?
    /// The line, the row, the words.
    public var text: String

    public init(place: String? = nil, _ text: String) {
        self.place = place
        self.text = text
    }

    /// A line of a file, counted from 1.
    public init(file: String, line: Int, _ text: String) {
        self.init(place: "\(file), line \(line)", text)
    }
}

extension Evidence: CustomStringConvertible {
    /// `/etc/postfix/main.cf, line 12: mydestination = example.org`
    public var description: String { [place ?? "", text].filter { !$0.isEmpty }.joined(separator: ": ") }
}
