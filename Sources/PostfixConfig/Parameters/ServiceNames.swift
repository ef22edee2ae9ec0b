// What services are called in master.cf: master(5).

extension ParameterCatalogue {
    static let serviceNames: [ParameterDefinition] = [
        .known("bounce_service_name", .text, "bounce", "The name of the service that writes bounces."),
        .known("cleanup_service_name", .text, "cleanup", "The name of cleanup(8) in master.cf."),
        .known("connection_cache_service_name", .text, "scache", "The name of scache(8) in master.cf."),
        .known(
            "defer_service_name", .text, "defer",
            "The name of the service that keeps records of deferrals."),
        .known("dnsblog_service_name", .text, "dnsblog", "The name of dnsblog(8) in master.cf."),
        .known("error_service_name", .text, "error", "The name of error(8) in master.cf."),
        .known("flush_service_name", .text, "flush", "The name of flush(8) in master.cf."),
        .known("pickup_service_name", .text, "pickup", "The name of pickup(8) in master.cf."),
        .known("postlog_service_name", .text, "postlog", "The name of postlogd(8) in master.cf."),
        .known("proxymap_service_name", .text, "proxymap", "The name of proxymap(8) in master.cf."),
        .known("proxywrite_service_name", .text, "proxywrite", "The name of the proxymap(8) that writes."),
        .known("queue_service_name", .text, "qmgr", "The name of qmgr(8) in master.cf."),
        .known("rewrite_service_name", .text, "rewrite", "The name of trivial-rewrite(8) in master.cf."),
        .known(
            "service_name", .text, "",
            "The name in master.cf of the service that runs; for use in other values."),
        .known("showq_service_name", .text, "showq", "The name of showq(8) in master.cf."),
        .known(
            "smtpd_service_name", .text, "smtpd",
            "The name of the smtpd(8) that postscreen(8) hands clients to."),
        .known("tlsmgr_service_name", .text, "tlsmgr", "The name of tlsmgr(8) in master.cf."),
        .known("tlsproxy_service_name", .text, "tlsproxy", "The name of tlsproxy(8) in master.cf."),
        .known(
            "trace_service_name", .text, "trace",
            "The name of the service that reports deliveries that were asked about."),
    ]
}
