import Peers

/// One way in which setups differ. To make the comparison wider, write one and add it to the list.
struct AddressDimension: Sendable {
    let draw: @Sendable (inout AddressSetup, inout SeededGenerator) -> Void

    /// In the order of drawing: later ones see what earlier ones have made.
    static let all: [AddressDimension] = [
        .base, .extensions, .completion, .localDomains, .aliasDomains, .mailboxDomains, .relayDomains,
        .twiceListed, .replies, .aliases, .catchalls, .aliasShapes, .aliasPatterns, .aliasLimits,
        .aliasTables,
        .transports,
        .senders, .senderTransports, .unlistedSenders, .relocated, .canonical, .masquerade, .copies,
    ]

    private init(_ draw: @escaping @Sendable (inout AddressSetup, inout SeededGenerator) -> Void) {
        self.draw = draw
    }

    static func make(_ draw: @escaping @Sendable (inout AddressSetup, inout SeededGenerator) -> Void) -> Self
    {
        Self(draw)
    }
}

extension AddressDimension {
    /// What every setup has: a sink behind each class, nothing that slows the dialog down.
    static let base = make { setup, random in
        setup.parameters = [
            "myhostname": "mx.home.test", "myorigin": random.chance(85) ? "home.test" : "box1.test",
            "inet_interfaces": "127.0.0.1", "helpful_warnings": "no",
            "local_transport": "lmtp:unix:\(AddressSetup.sinks)/local",
            "virtual_transport": "lmtp:unix:\(AddressSetup.sinks)/virtual",
            "relay_transport": "lmtp:unix:\(AddressSetup.sinks)/relay",
            "default_transport": "lmtp:unix:\(AddressSetup.sinks)/default",
            "mynetworks": random.chance(50) ? "127.0.0.0/8" : "10.0.0.0/8",
            "smtpd_relay_restrictions": random.chance(70)
                ? "permit_mynetworks, reject_unauth_destination"
                : "permit_mynetworks, defer_unauth_destination",
        ]
        setup.parameters.merge(AddressServers.patience) { $1 }
        // With it, each difference below is gone: what Postfix takes, Martlet takes.
        if random.chance(50) { setup.parameters["reject_unlisted_alias_target"] = "no" }
    }

    static let extensions = make { setup, random in
        setup.delimiter = random.pick(["+", "+", "+-", "", "-", "-+", "=+"])
        setup.parameters["recipient_delimiter"] = setup.delimiter
        if random.chance(35) {
            setup.parameters["propagate_unmatched_extensions"] = random.pick([
                "canonical", "virtual", "", "alias, include", "virtual, generic",
            ])
        }
        if random.chance(25) { setup.parameters["owner_request_special"] = "no" }
    }

    /// What trivial-rewrite(8) does to addresses that are not whole.
    static let completion = make { setup, random in
        for (name, chance) in [
            ("append_dot_mydomain", 50), ("swap_bangpath", 80), ("allow_percent_hack", 80),
            ("resolve_dequoted_address", 80),
        ] {
            setup.parameters[name] = random.chance(chance) ? "yes" : "no"
        }
        if random.chance(10) { setup.parameters["empty_address_recipient"] = "john" }
        if random.chance(8) { setup.parameters["append_at_myorigin"] = "no" }
        if random.chance(10) { setup.parameters["allow_min_user"] = "yes" }
        if random.chance(10) { setup.parameters["allow_untrusted_routing"] = "yes" }
    }

    /// How refusals are worded.
    static let replies = make { setup, random in
        for name in ["local_recipient", "virtual_alias", "virtual_mailbox", "relay_recipient"]
        where random.chance(20) {
            setup.parameters["unknown_\(name)_reject_code"] = random.pick(["450", "554", "451", "550"])
        }
        if random.chance(20) { setup.parameters["show_user_unknown_table_name"] = "no" }
        if random.chance(4) { setup.parameters["smtpd_reject_unlisted_recipient"] = "no" }
    }

    static let senders = make { setup, random in
        setup.senders = [
            "",
            random.pick([
                "someone@far.test", "john@box1.test", "bob", "Anna+tag@Home.Test", "j%far.test",
                "ghost@box1.test", "nobody@ali1.test", "\"john doe\"@box2.test", "jim", "info@rel1.test",
                "john%box1.test@home.test", "postmaster", "anna@[127.0.0.1]", "m@ali2.test", "@box1.test",
                "root@mx.home.test", "jane@deep.rel1.test",
            ]),
        ]
    }
}
