import MailFormat
import MailQueue
import Routing

/// What takes mail to one kind of place: LMTP, mailboxes, nowhere.
///
/// An agent always answers, with one outcome for each recipient of the job, in the job's order. Trouble that may
/// pass is ``RecipientOutcome/Fate/deferred``; only what the other side (or a rule) has refused for good is failed.
public protocol DeliveryAgent: Sendable {
    /// The program's name in the log: `lmtp`, `virtual`, `error`.
    var name: String { get }

    /// A job is for one recipient, whose mail is limited and counted apart from that of others at the same next hop.
    var servesRecipientsApart: Bool { get }

    func deliver(_ job: DeliveryJob) async -> DeliveryReceipt

    /// Finds out whether mail for a recipient would be delivered, without a message and without a trace in any mailbox.
    /// ``RecipientOutcome/Fate/delivered`` says that it would.
    ///
    /// - Returns: one outcome.
    func probe(_ probe: DeliveryProbe) async -> DeliveryReceipt

    /// Ends what is kept between jobs, such as idle connections.
    func shutdown() async
}

extension DeliveryAgent {
    public var servesRecipientsApart: Bool { false }

    public func shutdown() async {}
}

/// One message for the recipients that share a way.
public struct DeliveryJob: Sendable {
    public let message: QueuedMessage
    public let route: Route
    /// At most `<transport>_destination_recipient_limit`.
    public let recipients: [QueuedRecipient]
    public let content: MessageContent

    public init(message: QueuedMessage, route: Route, recipients: [QueuedRecipient], content: MessageContent)
    {
        self.message = message
        self.route = route
        self.recipients = recipients
        self.content = content
    }
}

/// What came of a job.
public struct DeliveryReceipt: Sendable {
    /// One for each recipient, in order.
    public var outcomes: [RecipientOutcome]
    /// The destination itself could not be reached: other mail for it need not try for a while.
    public var destinationTrouble: Deferral?
    /// The agent that did it in the end, where that is another than was asked: for the log.
    public var agent: String?
    /// How long it took until the destination was ready to take mail; zero on a connection that was open.
    public var setUp: Duration

    public init(outcomes: [RecipientOutcome], destinationTrouble: Deferral? = nil, setUp: Duration = .zero) {
        self.outcomes = outcomes
        self.destinationTrouble = destinationTrouble
        self.setUp = setUp
    }

    /// The same outcome for everybody.
    public init(
        _ outcome: RecipientOutcome, for job: DeliveryJob, destinationTrouble: Deferral? = nil,
        setUp: Duration = .zero
    ) {
        self.init(
            outcomes: job.recipients.map { _ in outcome }, destinationTrouble: destinationTrouble,
            setUp: setUp)
    }
}
