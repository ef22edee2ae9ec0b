import MailFormat
import Routing

/// The aliases of an explanation, drawn:
///
///     team@example.org
///     ├─ john@example.org
///     └─ jack@example.org
///        ├─ lists@example.org
///        │  └─ john@example.org
///        └─ team@example.org (a loop)
struct AliasTree {
    private let aliases: [MailAddress: (key: String, targets: [MailAddress])]
    private let leftOut: Set<MailAddress>
    private let start: MailAddress
    /// Nobody was left who could get the mail.
    private let isRefused: Bool
    /// More than a person reads; the JSON form has them all.
    private static let limit = 200

    init(_ explanation: Explanation) {
        aliases = explanation.aliases
        start = explanation.start
        isRefused = !explanation.reply.isPositive
        var leftOut: Set<MailAddress> = []
        for case .leftOut(let address) in explanation.steps.routing { leftOut.insert(address) }
        self.leftOut = leftOut
    }

    var lines: [String] {
        var lines = [start.quoted + note(start)]
        var seen: Set<MailAddress> = [start.folded]
        add(aliases[start]?.targets ?? [], indent: "", under: [start.folded], to: &lines, &seen)
        if lines.count > Self.limit {
            let more = lines.count - Self.limit
            lines = Array(lines.prefix(Self.limit)) + ["… and \(more) more lines; --json has them all"]
        }
        return lines
    }

    /// Where the alias was found under another key than the address itself.
    private func note(_ address: MailAddress) -> String {
        guard let key = aliases[address]?.key, MailAddress(key).folded != address.folded else { return "" }
        return " (by \(key))"
    }

    private func add(
        _ addresses: [MailAddress], indent: String, under path: [MailAddress], to lines: inout [String],
        _ seen: inout Set<MailAddress>
    ) {
        for (index, address) in addresses.enumerated() {
            let isLast = index == addresses.count - 1
            let children = aliases[address]?.targets ?? []
            var note = ""
            if address.folded == path.last {
                note = " (itself)"
            } else if path.contains(address.folded) {
                note = " (a loop)"
            } else if seen.contains(address.folded), !children.isEmpty {
                note = " (see above)"
            } else if !children.isEmpty {
                note = self.note(address)
            }
            if leftOut.contains(address) {
                note += isRefused ? " (nobody here has it)" : " (left out: nobody here has it)"
            }
            lines.append("\(indent)\(isLast ? "└─" : "├─") \(address.quoted)\(note)")
            if seen.insert(address.folded).inserted {
                add(
                    children, indent: indent + (isLast ? "   " : "│  "), under: path + [address.folded],
                    to: &lines, &seen)
            }
        }
    }
}
