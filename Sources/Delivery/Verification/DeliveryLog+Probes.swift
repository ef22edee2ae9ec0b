import MailFormat
import MailQueue

extension DeliveryLog {
    /// What is known of a probe before it is answered.
    struct ProbeLine {
        let id: QueueID
        let original: MailAddress
        let started: Timestamp
        let remembersFailures: Bool
    }

    /// `4Xyz…: to=<x>, relay=mx[192.0.2.1]:24, delay=0.1, delays=0/0/0.05/0.05, dsn=2.1.5, status=deliverable (250 …)`
    func probed(
        _ line: ProbeLine, _ address: MailAddress, _ outcome: RecipientOutcome, agent: String, setUp: Duration
    ) {
        let status =
            if outcome.fate == .delivered {
                "deliverable"
            } else {
                line.remembersFailures ? "undeliverable" : "undeliverable-but-not-cached"
            }
        let times = DeliveryTimes(
            arrived: line.started, activated: line.started, started: line.started, setUp: setUp, ended: .now)
        let original = line.original == address ? "" : " orig_to=<\(line.original.text)>,"
        note(
            """
            \(line.id): to=<\(address.text)>,\(original) relay=\(outcome.relay), \(times.text), \
            dsn=\(outcome.status), status=\(status) (\(outcome.reason))
            """, agent: agent)
    }
}
