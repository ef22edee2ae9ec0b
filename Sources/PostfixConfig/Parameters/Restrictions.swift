// Which clients may send mail to whom: smtpd(8).

extension Parameter<Bool> {
    public static var smtpdRelayBeforeRecipientRestrictions: Self {
        Self(
            "smtpd_relay_before_recipient_restrictions",
            default: "${{$compatibility_level} <level {3.6} ? {no} : {yes}}",
            "Whether smtpd_relay_restrictions come before smtpd_recipient_restrictions.")
    }
    public static var smtpdRejectUnlistedSender: Self {
        Self(
            "smtpd_reject_unlisted_sender", default: "no",
            "Whether mail is refused whose sender address is one of ours that nobody has.")
    }
    public static var smtpdRejectUnlistedRecipient: Self {
        Self(
            "smtpd_reject_unlisted_recipient", default: "yes",
            "Whether a recipient that is in no table of its domain is refused.")
    }
    public static var showUserUnknownTableName: Self {
        Self("show_user_unknown_table_name", default: "yes", "Whether \"User unknown\" says in which table.")
    }
    public static var rejectUnlistedAliasTarget: Self {
        Self(
            "reject_unlisted_alias_target", default: "yes",
            "Martlet's own: whether an alias is refused when none of the mailboxes of ours that it "
                + "leads to exists.")
    }
}

extension Parameter<[String]> {
    public static var smtpdClientRestrictions: Self {
        Self("smtpd_client_restrictions", default: "", "What is asked of a client when it connects.")
    }
    public static var smtpdHeloRestrictions: Self {
        Self("smtpd_helo_restrictions", default: "", "What is asked at HELO and EHLO.")
    }
    public static var smtpdSenderRestrictions: Self {
        Self("smtpd_sender_restrictions", default: "", "What is asked at MAIL FROM.")
    }
    public static var smtpdRelayRestrictions: Self {
        Self(
            "smtpd_relay_restrictions",
            default:
                "${{$compatibility_level} <level {1} ? {} : {permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination}}",
            "What is asked at RCPT TO about relaying; must refuse or defer mail to foreign domains.")
    }
    public static var smtpdRecipientRestrictions: Self {
        Self("smtpd_recipient_restrictions", default: "", "What is asked at RCPT TO besides.")
    }
    public static var smtpdDataRestrictions: Self {
        Self("smtpd_data_restrictions", default: "", "What is asked at DATA.")
    }
    public static var smtpdSenderLoginMaps: Self {
        Self(
            "smtpd_sender_login_maps", default: "", "The tables of the logins that own a sender address.")
    }
    public static var smtpdEndOfDataRestrictions: Self {
        Self("smtpd_end_of_data_restrictions", default: "", "What is asked after the message.")
    }
}

extension ParameterCatalogue {
    static let restrictions: [ParameterDefinition] = [
        Parameter<[String]>.smtpdClientRestrictions.definition,
        Parameter<[String]>.smtpdHeloRestrictions.definition,
        Parameter<[String]>.smtpdSenderRestrictions.definition,
        Parameter<[String]>.smtpdRelayRestrictions.definition,
        Parameter<[String]>.smtpdRecipientRestrictions.definition,
        Parameter<[String]>.smtpdDataRestrictions.definition,
        Parameter<[String]>.smtpdEndOfDataRestrictions.definition,
        Parameter<[String]>.smtpdSenderLoginMaps.definition,
        Parameter<Bool>.smtpdRelayBeforeRecipientRestrictions.definition,
        Parameter<Bool>.smtpdRejectUnlistedRecipient.definition,
        Parameter<Bool>.smtpdRejectUnlistedSender.definition,
        Parameter<Bool>.showUserUnknownTableName.definition,
        Parameter<Bool>.rejectUnlistedAliasTarget.definition,
    ]
}
