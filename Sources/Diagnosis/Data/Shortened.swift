extension Sequence {
    /// `a, b, c and 7 more`
    func shortened(to limit: Int = 5, of total: Int? = nil, _ text: (Element) -> String) -> String {
        let shown = prefix(limit).map(text)
        let count = total ?? underestimatedCount
        let rest = count - shown.count
        return shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}

extension Int {
    /// `1 mailbox`, `2 mailboxes`
    func counted(_ one: String, _ many: String) -> String { self == 1 ? "1 \(one)" : "\(self) \(many)" }
}

/// How many findings of one kind are shown one by one; the others are counted.
let shownFindings = 20
