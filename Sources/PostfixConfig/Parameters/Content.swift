// Looking into messages: cleanup(8), header_checks(5).

extension Parameter<Bool> {
    public static var alwaysAddMissingHeaders: Self {
        Self(
            "always_add_missing_headers", default: "no",
            "Whether From:, To:, Date: and Message-ID: are added to remote clients' messages too.")
    }
}

extension Parameter<Int> {
    public static var headerAddressTokenLimit: Self {
        Self(
            "header_address_token_limit", default: "10240", in: 1...Int.max,
            "How many pieces of an address in a header field are looked at.")
    }
}

extension Parameter<[String]> {
    public static var messageDropHeaders: Self {
        Self(
            "message_drop_headers", default: "bcc, content-length, resent-bcc, return-path",
            "The header fields that are removed from messages whose header is rewritten.")
    }
}

extension Parameter<String> {
    public static var undisclosedRecipientsHeader: Self {
        Self(
            "undisclosed_recipients_header", default: "",
            "The header field that is added to a message that names no recipient.")
    }
}

extension ParameterCatalogue {
    static let content: [ParameterDefinition] = [
        Parameter<Bool>.alwaysAddMissingHeaders.definition,
        .guarding("body_checks", .list, "", "The tables that body lines are looked up in."),
        .known(
            "body_checks_size_limit", .number, "51200",
            "How much of each part body_checks look at, in bytes."),
        .known(
            "cleanup_replace_stray_cr_lf", .boolean, "yes",
            "Whether CR or LF on its own inside a line becomes a space."),
        .known(
            "detect_8bit_encoding_header", .boolean, "yes",
            "Whether Content-Transfer-Encoding: says that a body has eight bits."),
        .known(
            "disable_mime_input_processing", .boolean, "no",
            "Whether MIME structure is ignored on the way in."),
        .known(
            "disable_mime_output_conversion", .boolean, "no",
            "Whether eight-bit bodies are left so for servers that do not take them."),
        Parameter<Int>.headerAddressTokenLimit.definition,
        .guarding("header_checks", .list, "", "The tables that header fields are looked up in."),
        .known(
            "header_from_format", .text, "standard",
            "How a From: field that is added writes the sender's name."),
        .known(
            "internal_mail_filter_classes", .list, "",
            "The mail made by the system itself that filters also see."),
        Parameter<[String]>.messageDropHeaders.definition,
        .guarding("message_reject_characters", .text, "", "The characters for which a message is refused."),
        .known("message_strip_characters", .text, "", "The characters that are removed from messages."),
        .known(
            "mime_boundary_length_limit", .number, "2048",
            "How much of a MIME boundary is compared, in bytes."),
        .guarding(
            "mime_header_checks", .list, "$header_checks",
            "The tables that MIME header fields are looked up in."),
        .known("mime_nesting_limit", .number, "100", "How deep the parts of a message may be nested."),
        .guarding(
            "nested_header_checks", .list, "$header_checks",
            "The tables that header fields of attached messages are looked up in."),
        .guarding(
            "receive_override_options", .list, "",
            "The steps of receiving that are left out, such as checks for unknown recipients."),
        .guarding(
            "strict_7bit_headers", .boolean, "no",
            "Whether header fields with eight-bit text are refused."),
        .guarding("strict_8bitmime", .boolean, "no", "Both strict_7bit_headers and strict_8bitmime_body."),
        .guarding(
            "strict_8bitmime_body", .boolean, "no",
            "Whether eight-bit bodies that do not say so are refused."),
        .guarding(
            "strict_mime_encoding_domain", .boolean, "no",
            "Whether wrong encodings of multipart and message parts are refused."),
        .guarding("strict_smtputf8", .boolean, "no", "Whether SMTPUTF8 is enforced as the standard has it."),
        .known(
            "smtputf8_autodetect_classes", .list, "sendmail, verify",
            "The mail in which the need for SMTPUTF8 is found out from the message."),
        Parameter<String>.undisclosedRecipientsHeader.definition,
    ]
}
