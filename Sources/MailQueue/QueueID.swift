/// The name of a message in the queue, in log lines and in its Received: field: letters and digits only.
public struct QueueID: Hashable, Sendable, CustomStringConvertible {
    public let description: String

    /// Nil unless the text is 6 to 32 ASCII letters and digits.
    public init?(_ text: some StringProtocol) {
        guard (6...32).contains(text.utf8.count),
            text.utf8.allSatisfy({
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
            })
        else { return nil }
        description = String(text)
    }

    /// The name of what never enters a queue, in Postfix's log.
    public static let unqueued = QueueID(generated: "NOQUEUE")

    /// For text that is known to be right: what ``QueueIDGenerator`` has put together.
    init(generated text: String) {
        description = text
    }
}
