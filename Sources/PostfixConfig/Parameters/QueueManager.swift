// The queue manager's scheduling: qmgr(8).

extension Parameter<Int> {
    public static var qmgrMessageActiveLimit: Self {
        Self(
            "qmgr_message_active_limit", default: "20000", in: 1...Int.max,
            "How many messages are worked on at once.")
    }
    public static var qmgrMessageRecipientLimit: Self {
        Self(
            "qmgr_message_recipient_limit", default: "20000", in: 1...Int.max,
            "How many recipients are in memory at once.")
    }
}

extension ParameterCatalogue {
    static let queueManager: [ParameterDefinition] = [
        .known(
            "default_delivery_slot_cost", .number, "5",
            "After how many deliveries a message lets a smaller one past."),
        .known(
            "default_delivery_slot_discount", .number, "50",
            "By how many percent of its size a message may be let past earlier."),
        .known(
            "default_delivery_slot_loan", .number, "3",
            "By how many recipients a message may be let past earlier."),
        .known(
            "default_delivery_status_filter", .text, "",
            "The table that changes status and text of deliveries."),
        .known(
            "default_destination_concurrency_failed_cohort_limit", .number, "1",
            "After how many failed rounds of deliveries a destination is taken to be down."),
        .known(
            "default_destination_concurrency_negative_feedback", .text, "1",
            "By how much a failed delivery lowers the concurrency to its destination."),
        .known(
            "default_destination_concurrency_positive_feedback", .text, "1",
            "By how much a good delivery raises the concurrency to its destination."),
        .known(
            "default_destination_rate_delay", .time, "0s",
            "The pause between two deliveries to one destination."),
        .known(
            "default_extra_recipient_limit", .number, "1000",
            "How many recipients more are read for a message that is let past."),
        .known(
            "default_minimum_delivery_slots", .number, "3",
            "How many deliveries a message must have to let another past."),
        .known(
            "default_recipient_limit", .number, "20000",
            "How many recipients of a transport are in memory at most."),
        .known(
            "default_recipient_refill_delay", .time, "5s",
            "How long recipients may wait before more of a message are read."),
        .known(
            "default_recipient_refill_limit", .number, "100",
            "How many recipients of a message are read at once."),
        .known(
            "default_transport_rate_delay", .time, "0s",
            "The pause between two deliveries by one transport."),
        .known(
            "destination_concurrency_feedback_debug", .boolean, "no",
            "Whether changes of concurrency are logged."),
        .known(
            "qmgr_clog_warn_time", .time, "300s",
            "How often a clogged destination is warned of; 0: never."),
        .known("qmgr_daemon_timeout", .time, "1000s", "How long one request may keep the queue manager."),
        .known(
            "qmgr_fudge_factor", .number, "100",
            "Obsolete: how much of its resources a large message left to others."),
        .known("qmgr_ipc_timeout", .time, "60s", "How long the queue manager waits for another daemon."),
        Parameter<Int>.qmgrMessageActiveLimit.definition,
        Parameter<Int>.qmgrMessageRecipientLimit.definition,
        .known(
            "qmgr_message_recipient_minimum", .number, "10",
            "How many recipients of each message are in memory at least."),
        .known("transport_retry_time", .time, "60s", "How long a transport rests that did not answer."),
    ]
}
