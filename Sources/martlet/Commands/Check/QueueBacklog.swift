import Delivery
import Diagnosis
import Foundation
import MailQueue
import PostfixConfig

/// Looks up in the queue what mail waits for something.
struct QueueBacklog: Sendable {
    private let directory: String

    init(_ configuration: Configuration) { directory = QueueSettings(configuration).directory }

    /// Messages with a recipient whose last attempt ended with a reason that names the text.
    @Sendable func waiting(for text: String) async -> Backlog? {
        guard let listing = try? QueueListing(directory: directory) else { return nil }
        var backlog: Backlog?
        try? listing.forEach { entry in
            guard
                entry.message.recipients.contains(where: { $0.lastDeferral?.reason.contains(text) ?? false })
            else { return }
            let arrived = Date(timeIntervalSince1970: Double(entry.message.arrived.microseconds) / 1_000_000)
            backlog = Backlog(messages: (backlog?.messages ?? 0) + 1, since: backlog?.since ?? arrived)
        }
        return backlog
    }

    /// Recipients that are looked at; a queue with more has other troubles.
    private static let limit = 100_000

    /// The recipients whose last attempt failed for the time being, oldest first.
    @Sendable func deferrals() async -> [DeferredRecipient] {
        guard let listing = try? QueueListing(directory: directory) else { return [] }
        var deferrals: [DeferredRecipient] = []
        try? listing.forEach { entry in
            guard deferrals.count < Self.limit else { return }
            for recipient in entry.message.recipients {
                guard let deferral = recipient.lastDeferral else { continue }
                deferrals.append(
                    DeferredRecipient(
                        address: recipient.recipient.address, original: recipient.recipient.original,
                        status: deferral.status, reason: deferral.reason))
            }
        }
        return deferrals
    }
}
