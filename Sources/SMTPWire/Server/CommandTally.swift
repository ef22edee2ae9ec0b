/// How often each command came, and how often it was done: the line that the log gets when a client leaves.
///
///     ehlo=1 mail=1 rcpt=2/3 data=1 quit=1 commands=6/7
public struct CommandTally: Sendable {
    private struct Count: Sendable {
        var done = 0
        var all = 0
    }

    /// In the order in which Postfix lists them.
    private static let verbs = [
        "helo", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "bdat", "rset", "noop", "vrfy", "etrn",
        "quit",
        "xclient", "xforward", "unknown",
    ]
    private var counts = [Count](repeating: Count(), count: verbs.count)

    init() {}

    mutating func count(_ verb: String, isDone: Bool) {
        guard let index = Self.verbs.firstIndex(of: verb) else { return }
        counts[index].all += 1
        if isDone { counts[index].done += 1 }
    }

    mutating func countRecipient(isDone: Bool) {
        counts[5].all += 1
        if isDone { counts[5].done += 1 }
    }
}

extension CommandTally: CustomStringConvertible {
    public var description: String {
        var words: [String] = []
        var sum = Count()
        for (verb, count) in zip(Self.verbs, counts) where count.all > 0 {
            words.append(Self.word(verb, count))
            sum.done += count.done
            sum.all += count.all
        }
        return (words + [Self.word("commands", sum)]).joined(separator: " ")
    }

    private static func word(_ name: String, _ count: Count) -> String {
        count.done == count.all ? "\(name)=\(count.all)" : "\(name)=\(count.done)/\(count.all)"
    }
}
