// How Postfix keeps its queue on disk, and flushes it: qmgr(8), flush(8).

extension ParameterCatalogue {
    static let queueFiles: [ParameterDefinition] = [
        .known(
            "dont_remove", .number, "0",
            "For hunting bugs: whether messages are kept aside when they are done."),
        .known("enable_long_queue_ids", .boolean, "no", "Whether queue ids are long and never used again."),
        .routing(
            "fast_flush_domains", .list, "$relay_domains",
            "The domains whose mail ETRN and postqueue -s can start."),
        .known("fast_flush_purge_time", .time, "7d", "When an empty list of a domain's messages is removed."),
        .known(
            "fast_flush_refresh_time", .time, "12h",
            "When a list of a domain's messages is used without being asked for."),
        .known("hash_queue_depth", .number, "1", "How many levels of subdirectories the queue has."),
        .known("hash_queue_names", .list, "deferred, defer", "The queues that have subdirectories."),
        .known(
            "in_flow_delay", .time, "1s",
            "How long new mail is held back while it comes faster than it leaves."),
        .known(
            "queue_file_attribute_count_limit", .number, "100",
            "How many attributes of a message are kept."),
    ]
}
