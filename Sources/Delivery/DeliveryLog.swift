import Logging
import MailQueue
import Synchronization

/// The log's lines about a message, in Postfix's form: other programs read them.
public struct DeliveryLog: Sendable {
    private let queue: Logger
    private let bounce: Logger
    private let agents: AgentLoggers

    /// - Parameter logger: makes a logger from a program's name, `lmtp`.
    public init(_ logger: @escaping @Sendable (String) -> Logger) {
        agents = AgentLoggers(logger)
        queue = logger("qmgr")
        bounce = logger("bounce")
    }

    func active(_ message: QueuedMessage) {
        queue.info(
            "\(message.id): from=<\(message.sender.text)>, size=\(message.size), nrcpt=\(message.recipients.count) (queue active)"
        )
    }

    func removed(_ message: QueuedMessage) {
        queue.info("\(message.id): removed")
    }

    func expired(_ message: QueuedMessage) {
        queue.info("\(message.id): from=<\(message.sender.text)>, status=expired, returned to sender")
    }

    func reported(_ message: QueuedMessage, as report: QueueID) {
        bounce.info("\(message.id): sender non-delivery notification: \(report)")
    }

    func warning(_ text: String) {
        queue.warning("\(text)")
    }

    /// A line under an agent's name.
    func note(_ text: String, agent: String) {
        agents[agent].info("\(text)")
    }

    func outcome(
        _ outcome: RecipientOutcome, of recipient: QueuedRecipient, in message: QueuedMessage, agent: String,
        times: DeliveryTimes
    ) {
        let address = recipient.recipient.address.text
        let original = recipient.recipient.original.text
        let status =
            switch outcome.fate {
            case .delivered: "sent"
            case .deferred: "deferred"
            case .failed: "bounced"
            }
        agents[agent].info(
            """
            \(message.id): to=<\(address)>\(original == address ? "" : ", orig_to=<\(original)>"), \
            relay=\(outcome.relay), \(times.text), dsn=\(outcome.status), status=\(status) (\(outcome.reason))
            """)
    }
}

/// One logger for each agent's name, made when it is first needed.
private final class AgentLoggers: Sendable {
    private let make: @Sendable (String) -> Logger
    private let made = Mutex<[String: Logger]>([:])

    init(_ make: @escaping @Sendable (String) -> Logger) {
        self.make = make
    }

    subscript(name: String) -> Logger {
        made.withLock { made in
            if let logger = made[name] { return logger }
            let logger = make(name)
            made[name] = logger
            return logger
        }
    }
}

/// `delay=0.12, delays=0.05/0.01/0.02/0.04`: before the queue took the message up, until its turn came,
/// until the destination was ready, and for the message itself.
struct DeliveryTimes: Sendable {
    let arrived: Timestamp
    let activated: Timestamp
    let started: Timestamp
    let setUp: Duration
    let ended: Timestamp

    var text: String {
        let transmission = max(ended - started - setUp, .zero)
        return "delay=\(Self.format(ended - arrived)), delays=\(Self.format(activated - arrived))"
            + "/\(Self.format(started - activated))/\(Self.format(setUp))/\(Self.format(transmission))"
    }

    /// Seconds with two significant digits and no more than two places: `0`, `0.05`, `1.3`, `27`.
    static func format(_ duration: Duration) -> String {
        let (seconds, attoseconds) = max(duration, .zero).components
        let hundredths = seconds * 100 + attoseconds / 10_000_000_000_000_000
        if hundredths >= 1000 { return "\((hundredths + 50) / 100)" }
        if hundredths >= 100 { return decimal((hundredths + 5) / 10, places: 1) }
        return decimal(hundredths, places: 2)
    }

    private static func decimal(_ number: Int64, places: Int) -> String {
        let scale: Int64 = places == 1 ? 10 : 100
        let (whole, part) = number.quotientAndRemainder(dividingBy: scale)
        if part == 0 { return "\(whole)" }
        if places == 2, part % 10 == 0 { return "\(whole).\(part / 10)" }
        return places == 2 && part < 10 ? "\(whole).0\(part)" : "\(whole).\(part)"
    }
}
