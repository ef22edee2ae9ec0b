import MailFormat

/// What `defer_if_permit` asked for at the stages before RCPT, where each of them is answered at once.
///
/// A stage holds what it has from those before it, so that a second HELO or MAIL takes back only what is its own.
struct StageDeferrals {
    private var replies: [RestrictionLists.Stage: SMTPReply] = [:]

    private static let order: [RestrictionLists.Stage] = [.client, .helo, .sender]

    subscript(stage: RestrictionLists.Stage) -> SMTPReply? {
        get { replies[stage] }
        set { replies[stage] = newValue }
    }

    /// What the stages so far ask for.
    var latest: SMTPReply? {
        Self.order.reversed().lazy.compactMap { replies[$0] }.first
    }

    /// The stage begins anew, and all that come after it.
    mutating func forget(from stage: RestrictionLists.Stage) {
        for later in Self.order.drop(while: { $0 != stage }) { replies[later] = nil }
    }
}
