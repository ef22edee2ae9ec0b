// Which way mail leaves: trivial-rewrite(8).

extension Parameter<String> {
    public static var virtualTransport: Self {
        Self(
            "virtual_transport", default: "virtual", notEmpty: true,
            "Transport and next hop for virtual mailbox domains.")
    }
    public static var localTransport: Self {
        Self(
            "local_transport", default: "local:$myhostname", notEmpty: true,
            "Transport and next hop for local domains.")
    }
    public static var relayTransport: Self {
        Self("relay_transport", default: "relay", notEmpty: true, "Transport and next hop for relay domains.")
    }
    public static var defaultTransport: Self {
        Self(
            "default_transport", default: "smtp", notEmpty: true,
            "Transport and next hop for every other domain.")
    }
    public static var relayhost: Self {
        Self(
            "relayhost", default: "",
            "Next hop for mail to other domains; empty: the domain's own mail exchangers.")
    }
}

extension Parameter<[String]> {
    public static var transportMaps: Self {
        Self(
            "transport_maps", default: "", remembersAnswers: true,
            "The tables that choose transport and next hop by recipient or domain.")
    }
    public static var relayDomains: Self {
        Self(
            "relay_domains", default: "${{$compatibility_level} <level {2} ? {$mydestination} : {}}", remembersAnswers: true,
            "The domains that mail is relayed to.")
    }
    public static var relayRecipientMaps: Self {
        Self(
            "relay_recipient_maps", default: "", remembersAnswers: true,
            "The tables of the recipients in relay_domains; empty: any.")
    }
    public static var localRecipientMaps: Self {
        Self(
            "local_recipient_maps", default: "proxy:unix:passwd.byname $alias_maps", remembersAnswers: true,
            "The tables of the recipients in local domains; empty: any.")
    }
    public static var aliasMaps: Self {
        Self(
            "alias_maps", default: "hash:/etc/aliases, nis:mail.aliases",
            "The tables of aliases in local domains.")
    }
    public static var parentDomainMatchesSubdomains: Self {
        Self(
            "parent_domain_matches_subdomains",
            default:
                "debug_peer_list,fast_flush_domains,mynetworks,permit_mx_backup_networks,qmqpd_authorized_clients,relay_domains,smtpd_access_maps",
            "The parameters in which example.org stands for its subdomains too.")
    }
}

extension ParameterCatalogue {
    static let transports: [ParameterDefinition] = [
        Parameter<String>.virtualTransport.definition,
        Parameter<String>.localTransport.definition,
        Parameter<String>.relayTransport.definition,
        Parameter<String>.defaultTransport.definition,
        Parameter<String>.relayhost.definition,
        Parameter<[String]>.transportMaps.definition,
        Parameter<[String]>.relayDomains.definition,
        Parameter<[String]>.relayRecipientMaps.definition,
        Parameter<[String]>.localRecipientMaps.definition,
        Parameter<[String]>.aliasMaps.definition,
        Parameter<[String]>.parentDomainMatchesSubdomains.definition,
    ]
}
