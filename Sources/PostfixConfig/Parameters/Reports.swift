// Reports and warnings besides plain bounces: bounce(8).

extension ParameterCatalogue {
    static let reports: [ParameterDefinition] = [
        .known(
            "2bounce_notice_recipient", .text, "postmaster",
            "Who gets reports that could not be delivered themselves."),
        .known(
            "backwards_bounce_logfile_compatibility", .boolean, "yes",
            "Whether bounce logs are also written in an old form."),
        .known(
            "bounce_notice_recipient", .text, "postmaster",
            "Who gets copies of bounces where notify_classes asks for them."),
        .known("bounce_template_file", .text, "", "The file with the texts of delivery reports."),
        .known(
            "confirm_delay_cleared", .boolean, "no",
            "Whether a sender who was told of a delay is told that it is over."),
        .known(
            "delay_notice_recipient", .text, "postmaster",
            "Who gets copies of delay warnings where notify_classes asks for them."),
        .known("disable_verp_bounces", .boolean, "no", "Whether bounces of VERP mail come one a recipient."),
        .known(
            "enable_threaded_bounces", .boolean, "no",
            "Whether a delivery report refers to its message, so that readers show both together."),
        .known(
            "error_notice_recipient", .text, "postmaster",
            "Who gets reports of software and resource trouble where notify_classes asks for them."),
    ]
}
