// How the SMTP server speaks: smtpd(8).

extension Parameter<String> {
    public static var smtpdBanner: Self {
        Self("smtpd_banner", default: "$myhostname ESMTP $mail_name", "What follows 220 in the greeting.")
    }
    public static var smtpdForbidBareNewline: Self {
        Self(
            "smtpd_forbid_bare_newline", default: "no", oneOf: ["no", "yes", "normalize", "reject", "note"],
            "What happens to lines that end in LF without CR. Martlet never takes a bare LF for a line end.")
    }
}

extension Parameter<Bool> {
    public static var smtpdHeloRequired: Self {
        Self("smtpd_helo_required", default: "no", "Whether a client must say HELO or EHLO before MAIL.")
    }
    public static var disableVRFYCommand: Self {
        Self("disable_vrfy_command", default: "no", "Whether VRFY is refused.")
    }
    public static var smtpdDelayReject: Self {
        Self(
            "smtpd_delay_reject", default: "yes",
            "Whether refusals of the client, HELO and sender wait until RCPT.")
    }
    public static var smtpdPeernameLookup: Self {
        Self("smtpd_peername_lookup", default: "yes", "Whether the client's name is looked up in the DNS.")
    }
    public static var strictRFC821Envelopes: Self {
        Self(
            "strict_rfc821_envelopes", default: "no",
            "Whether addresses in MAIL and RCPT must stand in angle brackets and be nothing else.")
    }
    public static var smtpdForbidUnauthPipelining: Self {
        Self(
            "smtpd_forbid_unauth_pipelining", default: "no",
            "Whether a client that pipelines where it was not allowed to is disconnected.")
    }
    public static var smtputf8Enable: Self {
        Self(
            "smtputf8_enable", default: "${{$compatibility_level} <level {1} ? {no} : {yes}}",
            "Whether SMTPUTF8 is offered and internationalised addresses are taken.")
    }
    public static var appendDotMydomain: Self {
        Self(
            "append_dot_mydomain", default: "${{$compatibility_level} <level {1} ? {yes} : {no}}",
            "Whether .$mydomain is added to domains without a dot.")
    }
}

extension Parameter<[String]> {
    public static var smtpdForbidBareNewlineExclusions: Self {
        Self(
            "smtpd_forbid_bare_newline_exclusions", default: "$mynetworks",
            "Clients to which smtpd_forbid_bare_newline does not apply.")
    }
    public static var smtpdForbiddenCommands: Self {
        Self(
            "smtpd_forbidden_commands", default: "CONNECT GET POST regexp:{{/^[^A-Z]/ Bogus}}",
            "Commands that end the session with 221, such as those of web clients.")
    }
    public static var smtpdNoopCommands: Self {
        Self("smtpd_noop_commands", default: "", "Commands that are answered with 250 and do nothing.")
    }
    public static var smtpdDiscardEHLOKeywords: Self {
        Self("smtpd_discard_ehlo_keywords", default: "", "EHLO keywords that are not offered.")
    }
}

extension ParameterCatalogue {
    static let smtpServer: [ParameterDefinition] = [
        Parameter<String>.smtpdBanner.definition,
        Parameter<Bool>.smtpdHeloRequired.definition,
        Parameter<Bool>.disableVRFYCommand.definition,
        Parameter<Bool>.smtpdDelayReject.definition,
        Parameter<Bool>.smtpdPeernameLookup.definition,
        Parameter<Bool>.strictRFC821Envelopes.definition,
        Parameter<String>.smtpdForbidBareNewline.definition,
        Parameter<[String]>.smtpdForbidBareNewlineExclusions.definition,
        Parameter<Bool>.smtpdForbidUnauthPipelining.definition,
        Parameter<[String]>.smtpdForbiddenCommands.definition,
        Parameter<[String]>.smtpdNoopCommands.definition,
        Parameter<[String]>.smtpdDiscardEHLOKeywords.definition,
        Parameter<Bool>.smtputf8Enable.definition,
        Parameter<Bool>.appendDotMydomain.definition,
    ]
}
