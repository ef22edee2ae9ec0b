// How long mail waits, and how many deliveries run at once: qmgr(8).

extension Parameter<Int> {
    public static var defaultDestinationConcurrencyLimit: Self {
        Self(
            "default_destination_concurrency_limit", default: "20",
            "How many deliveries to one destination run at once; 0 is no limit.")
    }
    public static var defaultDestinationRecipientLimit: Self {
        Self(
            "default_destination_recipient_limit", default: "50",
            "How many recipients one delivery has; 0 is no limit.")
    }
    public static var initialDestinationConcurrency: Self {
        Self(
            "initial_destination_concurrency", default: "5", in: 1...Int.max,
            "How many deliveries to one destination run at once in the beginning.")
    }
    public static var localDestinationConcurrencyLimit: Self {
        Self(
            "local_destination_concurrency_limit", default: "2",
            "How many deliveries to one local user run at once; 0 is no limit.")
    }
    public static var localDestinationRecipientLimit: Self {
        Self(
            "local_destination_recipient_limit", default: "1",
            "How many recipients one delivery by local(8) has.")
    }
}

extension Parameter<Duration> {
    public static var minimalBackoffTime: Self {
        Self(
            "minimal_backoff_time", default: "300s", atLeast: 1,
            "How long a message waits at least between two attempts.")
    }
    public static var maximalBackoffTime: Self {
        Self(
            "maximal_backoff_time", default: "4000s", atLeast: 1,
            "How long a message waits at most between two attempts.")
    }
    public static var maximalQueueLifetime: Self {
        Self(
            "maximal_queue_lifetime", default: "5d",
            "How long a message may wait before it goes back to its sender.")
    }
    public static var bounceQueueLifetime: Self {
        Self(
            "bounce_queue_lifetime", default: "5d",
            "How long a delivery report may wait before it is dropped.")
    }
    public static var queueRunDelay: Self {
        Self(
            "queue_run_delay", default: "300s", atLeast: 1,
            "How often the queue is searched for messages that are due.")
    }
}

extension ParameterCatalogue {
    static let queue: [ParameterDefinition] = [
        Parameter<Duration>.minimalBackoffTime.definition,
        Parameter<Duration>.maximalBackoffTime.definition,
        Parameter<Duration>.maximalQueueLifetime.definition,
        Parameter<Duration>.bounceQueueLifetime.definition,
        Parameter<Duration>.queueRunDelay.definition,
        Parameter<Int>.defaultDestinationConcurrencyLimit.definition,
        Parameter<Int>.defaultDestinationRecipientLimit.definition,
        Parameter<Int>.initialDestinationConcurrency.definition,
        Parameter<Int>.localDestinationConcurrencyLimit.definition,
        Parameter<Int>.localDestinationRecipientLimit.definition,
    ]
}
