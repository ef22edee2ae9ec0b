import MailFormat
import MailQueue
import NIOCore

/// What the operator may set about deliveries in general; the defaults are Postfix's.
public struct DeliverySettings: Sendable {
    /// `myhostname`
    public var hostname: String
    /// `<transport>_destination_concurrency_limit`; 0 is no limit.
    public var concurrencyLimit: @Sendable (_ transport: String) -> Int = { $0 == "local" ? 2 : 20 }
    /// `<transport>_initial_destination_concurrency`
    public var initialConcurrency: @Sendable (_ transport: String) -> Int = { _ in 5 }
    /// `<transport>_destination_recipient_limit`; 0 is no limit.
    public var recipientLimit: @Sendable (_ transport: String) -> Int = {
        $0 == "local" || $0 == "virtual" ? 1 : 50
    }
    /// How long a destination that cannot be reached is left alone: `minimal_backoff_time`.
    public var rest: Duration = .seconds(300)
    /// How long deliveries may go on once the server is to stop.
    public var grace: Duration = .seconds(10)
    public var bounce: BounceSettings

    public init(hostname: String, bounce: BounceSettings? = nil) {
        self.hostname = hostname
        self.bounce = bounce ?? BounceSettings(hostname: hostname)
    }
}

extension DeliverySettings {
    /// The fields that a message gets when it is sent on: Received: (RFC 5321 §4.4) and Delivered-To:.
    func forwardHeader(_ forward: Forward, id: QueueID, arrived: Timestamp) -> ByteBuffer {
        let date = MailDate(seconds: Int(arrived.seconds))
        return ByteBuffer(
            string: "Received: by \(hostname) (\(bounce.mailName))\r\n\tid \(id); \(date)\r\n"
                + "Delivered-To: \(forward.deliveredTo.folded.quoted)\r\n")
    }
}

/// What the operator may set about delivery reports.
public struct BounceSettings: Sendable {
    /// `myhostname`
    public var hostname: String
    /// `myorigin`, the domain of the reports' own addresses.
    public var origin: String
    /// `mail_name`
    public var mailName = "Postfix"
    /// `bounce_size_limit`: how much of the message goes back, in bytes.
    public var sizeLimit = 50_000
    /// `double_bounce_sender`
    public var doubleBounceSender = "double-bounce"

    public init(hostname: String, origin: String? = nil) {
        self.hostname = hostname
        self.origin = origin ?? hostname
    }
}
