// Changing addresses on the way: cleanup(8), trivial-rewrite(8).

extension Parameter<Bool> {
    public static var allowPercentHack: Self {
        Self("allow_percent_hack", default: "yes", "Whether user%domain is taken for user@domain.")
    }
    public static var appendAtMyorigin: Self {
        Self("append_at_myorigin", default: "yes", "Whether addresses without a domain get @$myorigin.")
    }
    public static var resolveDequotedAddress: Self {
        Self(
            "resolve_dequoted_address", default: "yes",
            "Whether a local part is unquoted before it is searched for routing.")
    }
    public static var swapBangpath: Self {
        Self("swap_bangpath", default: "yes", "Whether site!user is taken for user@site.")
    }
}

extension Parameter<String> {
    public static var remoteHeaderRewriteDomain: Self {
        Self(
            "remote_header_rewrite_domain", default: "",
            "The domain that incomplete header addresses of other clients get; empty: they stay as they are.")
    }
}

extension Parameter<[String]> {
    public static var canonicalClasses: Self {
        Self(
            "canonical_classes",
            default: "envelope_sender, envelope_recipient, header_sender, header_recipient",
            "The kinds of addresses that canonical_maps change.")
    }
    public static var canonicalMaps: Self {
        Self(
            "canonical_maps", default: "", remembersAnswers: true,
            "The tables that change all addresses, of senders and recipients.")
    }
    public static var localHeaderRewriteClients: Self {
        Self(
            "local_header_rewrite_clients", default: "permit_inet_interfaces",
            "The clients in whose messages addresses of header fields are completed with local domains.")
    }
    public static var masqueradeClasses: Self {
        Self(
            "masquerade_classes", default: "envelope_sender, header_sender, header_recipient",
            "The kinds of addresses that masquerade_domains change.")
    }
    public static var masqueradeDomains: Self {
        Self("masquerade_domains", default: "", "The domains whose subdomains are stripped from addresses.")
    }
    public static var masqueradeExceptions: Self {
        Self("masquerade_exceptions", default: "", "The user names that masquerade_domains leaves alone.")
    }
    public static var recipientCanonicalClasses: Self {
        Self(
            "recipient_canonical_classes", default: "envelope_recipient, header_recipient",
            "The kinds of addresses that recipient_canonical_maps change.")
    }
    public static var recipientCanonicalMaps: Self {
        Self(
            "recipient_canonical_maps", default: "", remembersAnswers: true,
            "The tables that change recipients' addresses.")
    }
    public static var senderCanonicalClasses: Self {
        Self(
            "sender_canonical_classes", default: "envelope_sender, header_sender",
            "The kinds of addresses that sender_canonical_maps change.")
    }
    public static var senderCanonicalMaps: Self {
        Self("sender_canonical_maps", default: "", "The tables that change senders' addresses.")
    }
}

extension ParameterCatalogue {
    static let rewriting: [ParameterDefinition] = [
        Parameter<Bool>.allowPercentHack.definition,
        Parameter<Bool>.appendAtMyorigin.definition,
        Parameter<[String]>.canonicalClasses.definition,
        Parameter<[String]>.canonicalMaps.definition,
        .known(
            "empty_address_local_login_sender_maps_lookup_key", .text, "<>",
            "What is looked up in local_login_sender_maps for the empty sender."),
        Parameter<[String]>.localHeaderRewriteClients.definition,
        Parameter<[String]>.masqueradeClasses.definition,
        Parameter<[String]>.masqueradeDomains.definition,
        Parameter<[String]>.masqueradeExceptions.definition,
        Parameter<[String]>.recipientCanonicalClasses.definition,
        Parameter<[String]>.recipientCanonicalMaps.definition,
        Parameter<String>.remoteHeaderRewriteDomain.definition,
        Parameter<Bool>.resolveDequotedAddress.definition,
        .known("resolve_null_domain", .boolean, "no", "Whether user@ is taken for a user of this machine."),
        .known(
            "resolve_numeric_domain", .boolean, "no",
            "Whether user@192.0.2.1 is taken for user@[192.0.2.1]."),
        Parameter<[String]>.senderCanonicalClasses.definition,
        Parameter<[String]>.senderCanonicalMaps.definition,
        Parameter<Bool>.swapBangpath.definition,
        .known(
            "enable_idna2003_compatibility", .boolean, "no",
            "Whether internationalised domains are converted as IDNA2003 had it."),
    ]
}
