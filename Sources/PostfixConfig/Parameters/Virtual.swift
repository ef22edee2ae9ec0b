// Virtual aliases and virtual mailboxes: virtual(5), virtual(8).

extension Parameter<String> {
    public static var virtualMailboxBase: Self {
        Self(
            "virtual_mailbox_base", default: "",
            "The directory that each path of virtual_mailbox_maps is below.")
    }
}

extension Parameter<Bool> {
    public static var virtualCatchallAfterMailboxes: Self {
        Self(
            "virtual_catchall_after_mailboxes", default: "no",
            "Martlet's own: whether a catch-all gets only the mail that no mailbox of the domain takes.")
    }
    public static var recipientDelimiterLongestMatch: Self {
        Self(
            "recipient_delimiter_longest_match", default: "no",
            "Martlet's own: whether an address with delimiters is first looked for by its longest names, and a mailbox stops the search.")
    }
    public static var ownerRequestSpecial: Self {
        Self(
            "owner_request_special", default: "yes",
            "Whether owner-… and …-request are left whole when recipient_delimiter holds a hyphen.")
    }
}

extension Parameter<Int> {
    public static var virtualAliasRecursionLimit: Self {
        Self(
            "virtual_alias_recursion_limit", default: "1000", in: 1...Int.max,
            "How deep aliases may lead to aliases.")
    }
    public static var virtualAliasExpansionLimit: Self {
        Self(
            "virtual_alias_expansion_limit", default: "1000", in: 1...Int.max,
            "How many addresses one address may become.")
    }
    public static var virtualAliasAddressLengthLimit: Self {
        Self(
            "virtual_alias_address_length_limit", default: "1000", in: 1...Int.max,
            "How long an address that an alias leads to may be, in bytes.")
    }
    public static var virtualAliasWildcardLength: Self {
        Self(
            "virtual_alias_wildcard_length", default: "0", in: 0...64,
            "Martlet's own: how many characters may stand before the * of an alias such as sales-*@example.org; 0 is no wildcards.")
    }
    public static var virtualMailboxLimit: Self {
        Self(
            "virtual_mailbox_limit", default: "51200000",
            "The largest message that is delivered to a mailbox, in bytes; 0 is no limit.")
    }
    public static var virtualMinimumUID: Self {
        Self(
            "virtual_minimum_uid", default: "100", in: 1...Int.max,
            "The lowest user id that virtual_uid_maps may answer.")
    }
}

extension Parameter<[String]> {
    public static var virtualAliasDomains: Self {
        Self(
            "virtual_alias_domains", default: "$virtual_alias_maps", remembersAnswers: true,
            "The domains in which every address is an alias.")
    }
    public static var virtualAliasMaps: Self {
        Self(
            "virtual_alias_maps", default: "$virtual_maps", remembersAnswers: true,
            "The tables that turn addresses into other addresses.")
    }
    public static var virtualMailboxDomains: Self {
        Self(
            "virtual_mailbox_domains", default: "$virtual_mailbox_maps", remembersAnswers: true,
            "The domains whose mail is delivered to mailboxes that are no users of this machine.")
    }
    public static var virtualMailboxMaps: Self {
        Self(
            "virtual_mailbox_maps", default: "", remembersAnswers: true,
            "The tables of the mailboxes; an answer is the mailbox's path below virtual_mailbox_base.")
    }
    public static var virtualUIDMaps: Self {
        Self("virtual_uid_maps", default: "", remembersAnswers: true, "The tables that answer the user id that owns a mailbox.")
    }
    public static var virtualGIDMaps: Self {
        Self("virtual_gid_maps", default: "", remembersAnswers: true, "The tables that answer the group id that owns a mailbox.")
    }
    public static var propagateUnmatchedExtensions: Self {
        Self(
            "propagate_unmatched_extensions", default: "canonical, virtual",
            "The kinds of tables whose results get an address extension that the table did not have.")
    }
}

extension ParameterCatalogue {
    static let virtual: [ParameterDefinition] = [
        Parameter<[String]>.virtualAliasDomains.definition,
        Parameter<[String]>.virtualAliasMaps.definition,
        Parameter<Int>.virtualAliasRecursionLimit.definition,
        Parameter<Int>.virtualAliasExpansionLimit.definition,
        Parameter<Int>.virtualAliasAddressLengthLimit.definition,
        Parameter<[String]>.virtualMailboxDomains.definition,
        Parameter<[String]>.virtualMailboxMaps.definition,
        Parameter<String>.virtualMailboxBase.definition,
        Parameter<Int>.virtualMailboxLimit.definition,
        Parameter<[String]>.virtualUIDMaps.definition,
        Parameter<[String]>.virtualGIDMaps.definition,
        Parameter<Int>.virtualMinimumUID.definition,
        Parameter<Bool>.virtualCatchallAfterMailboxes.definition,
        Parameter<Int>.virtualAliasWildcardLength.definition,
        Parameter<Bool>.recipientDelimiterLongestMatch.definition,
        Parameter<[String]>.propagateUnmatchedExtensions.definition,
        Parameter<Bool>.ownerRequestSpecial.definition,
    ]
}
