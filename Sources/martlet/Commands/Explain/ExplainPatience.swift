import MailFormat

/// Ends a look at many addresses where a database hangs: each would wait for it as long as the first.
struct ExplainPatience {
    private var waited: Duration?
    /// Who answers within that time, if only with an error, does not hang.
    private static let limit: Duration = .seconds(5)

    /// - Parameters:
    ///   - replies: of addresses that were asked about together.
    ///   - duration: how long that took.
    mutating func note(_ replies: [SMTPReply], took duration: Duration) {
        waited = duration >= Self.limit && replies.allSatisfy(\.isTransient) ? duration : nil
    }

    /// Why no more is asked; nil where more may be.
    func exhausted(before address: String) -> String? {
        guard let waited else { return nil }
        return
            "a database has not answered for \(waited.components.seconds) s, so \(address) and what comes after it is left "
            + "out (a lookup waits 5 s for a connection, 20 s for an answer, 30 s in all)"
    }
}
