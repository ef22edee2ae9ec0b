// Who may use the commands and the old protocols: sendmail(1), qmqpd(8).

extension ParameterCatalogue {
    static let access: [ParameterDefinition] = [
        .known("authorized_flush_users", .list, "static:anyone", "The users who may flush the queue."),
        .known("authorized_mailq_users", .list, "static:anyone", "The users who may see the queue."),
        .guarding(
            "authorized_submit_users", .list, "static:anyone",
            "The users who may hand in mail with sendmail(1)."),
        .guarding(
            "local_login_sender_maps", .list, "static:*",
            "The tables of the sender addresses that a user may give to sendmail(1)."),
        .guarding("qmqpd_authorized_clients", .list, "", "The clients that may send mail by QMQP."),
        .known("qmqpd_client_port_logging", .boolean, "no", "Whether the port of a QMQP client is logged."),
        .known(
            "qmqpd_error_delay", .time, "1s",
            "How long a reply to a QMQP client is held back after an error."),
        .known("qmqpd_timeout", .time, "300s", "How long a QMQP client may take."),
    ]
}
