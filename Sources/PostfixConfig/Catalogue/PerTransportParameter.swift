/// Parameters that every transport of master.cf has one of, with a default for all: `lmtp_destination_…`.
public struct PerTransportParameter: Hashable, Sendable {
    /// The part of the name after the transport's.
    public enum Suffix: String, CaseIterable, Sendable {
        case deliverySlotCost = "_delivery_slot_cost"
        case deliverySlotDiscount = "_delivery_slot_discount"
        case deliverySlotLoan = "_delivery_slot_loan"
        case destinationConcurrencyFailedCohortLimit = "_destination_concurrency_failed_cohort_limit"
        case destinationConcurrencyLimit = "_destination_concurrency_limit"
        case destinationConcurrencyNegativeFeedback = "_destination_concurrency_negative_feedback"
        case destinationConcurrencyPositiveFeedback = "_destination_concurrency_positive_feedback"
        case destinationRateDelay = "_destination_rate_delay"
        case destinationRecipientLimit = "_destination_recipient_limit"
        case extraRecipientLimit = "_extra_recipient_limit"
        case initialDestinationConcurrency = "_initial_destination_concurrency"
        case minimumDeliverySlots = "_minimum_delivery_slots"
        case recipientLimit = "_recipient_limit"
        case recipientRefillDelay = "_recipient_refill_delay"
        case recipientRefillLimit = "_recipient_refill_limit"
        case transportRateDelay = "_transport_rate_delay"

        /// The parameter that holds for every transport that has none of its own.
        var common: String {
            self == .initialDestinationConcurrency ? "initial_destination_concurrency" : "default" + rawValue
        }
    }

    public let transport: String
    public let suffix: Suffix

    public init(transport: String, _ suffix: Suffix) {
        self.transport = transport
        self.suffix = suffix
    }

    /// Takes a name apart; nil where no transport could have such a parameter.
    public init?(name: String) {
        // The longest: lmtp_destination_recipient_limit is no recipient limit of a transport lmtp_destination.
        let suffixes = Suffix.allCases.filter {
            name.hasSuffix($0.rawValue) && name.utf8.count > $0.rawValue.utf8.count
        }
        guard let suffix = suffixes.max(by: { $0.rawValue.utf8.count < $1.rawValue.utf8.count }) else {
            return nil
        }
        self.init(transport: String(name.dropLast(suffix.rawValue.count)), suffix)
    }

    public var name: String { transport + suffix.rawValue }
    public var defaultText: String { "$" + suffix.common }
}
