import Peers
import Testing

@testable import Diagnosis

@Suite struct AliasDeadEndsTests {
    @Test func `an alias to a mailbox that is not there is found with the one that was meant`() async throws {
        let setup = try await GuideSetup.make(
            sql: GuideSetup.aliases(("info@example.org", "jhon@example.org")))
        try await setup.has(
            AliasDeadEnds.self, .error, about: "jhon@example.org",
            saying: "info@example.org -> jhon@example.org", "did you mean john@example.org?",
            "UPDATE virtual_aliases SET destination = 'john@example.org' WHERE source = 'info@example.org' "
                + "AND destination = 'jhon@example.org';",
            "550 5.1.1 <jhon@example.org>: Recipient address rejected: User unknown in virtual mailbox table")
    }

    @Test func `an alias that nobody else stands for is left to the operator`() async throws {
        let rows = GuideSetup.aliases(("info@example.org", "quite-another@example.org"))
        let finding = try await GuideSetup.make(sql: rows).has(
            AliasDeadEnds.self, .error, saying: "it is for you to say who gets it")
        #expect(finding.commands.isEmpty, "\(finding)")
    }

    @Test func `an alias that was probably meant will do as well as a mailbox`() async throws {
        try await GuideSetup.make(sql: GuideSetup.aliases(("info@example.org", "jakc@example.org")))
            .has(AliasDeadEnds.self, .error, saying: "did you mean jack@example.org?")
    }

    @Test func `a target among others, and one before a mailbox, is taken out`() async throws {
        let others = try await GuideSetup.make(
            sql: GuideSetup.aliases(("info@example.org", "john@example.org, quite-another@example.org"))
        ).has(AliasDeadEnds.self, .error, saying: "the mail goes on to all others")
        #expect(
            others.commands.map(\.text) == [
                "UPDATE virtual_aliases SET destination = 'john@example.org' WHERE source = 'info@example.org' "
                    + "AND destination = 'john@example.org, quite-another@example.org';"
            ])
        let own = try await GuideSetup.make(
            sql: GuideSetup.aliases(("john@example.org", "quite-another@example.org"))
        ).has(AliasDeadEnds.self, .error, saying: "mail for john@example.org comes to its mailbox")
        #expect(own.commands.first?.text.hasPrefix("DELETE FROM virtual_aliases") == true)
    }

    @Test func `wildcards and the longest match keep targets from being dead ends`() async throws {
        try await GuideSetup.make(
            sql: GuideSetup.mailboxes("mary-jane@example.org")
                + GuideSetup.aliases(
                    ("info@example.org", "sales-north@example.org"), ("sales-*@example.org", "john@example.org"),
                    ("web@example.org", "mary-jane-web@example.org"), ("mary@example.org", "john@example.org")),
            main: "virtual_alias_wildcard_length = 16\nrecipient_delimiter = -\nrecipient_delimiter_longest_match = yes\n"
        ).hasNo(AliasDeadEnds.self)
    }

    @Test func `a target at a domain that is a slip away from ours goes to strangers`() async throws {
        try await GuideSetup.make(sql: GuideSetup.aliases(("info@example.org", "john@exmaple.org")))
            .has(
                AliasDeadEnds.self, .warning, about: "john@exmaple.org", saying: "did you mean john@example.org?",
                "UPDATE virtual_aliases SET destination = 'john@example.org'")
        // Nobody of that name is here; and a domain that is no slip.
        try await GuideSetup.make(
            sql: GuideSetup.aliases(
                ("info@example.org", "anna@exmaple.org"), ("web@example.org", "john@example.net"))
        ).hasNo(AliasDeadEnds.self)
    }

    @Test func `targets that somebody takes are no dead ends`() async throws {
        try await GuideSetup.make(
            sql: GuideSetup.aliases(
                ("a@example.org", "jack@example.org"), ("b@example.org", "john+news@example.org"),
                ("c@example.org", "somebody@elsewhere.example"), ("d@example.org", "JOHN@Example.ORG"),
                ("e@example.org", "john@example.org, far@elsewhere.example"),
                ("f@example.org", "root@mail.example.org")),
            main:
                "recipient_delimiter = +\nmydestination = $myhostname\nlocal_recipient_maps = unix:passwd.byname\n"
        ).hasNo(AliasDeadEnds.self)
    }

    @Test func `a catch-all takes what no mailbox takes`() async throws {
        let rows = ("info@example.org", "jhon@example.org")
        try await GuideSetup.make(
            sql: GuideSetup.aliases(rows, ("@example.org", "john@example.org"))
        ).hasNo(AliasDeadEnds.self)
    }

    @Test func `a catch-all to nobody is a dead end`() async throws {
        try await GuideSetup.make(
            sql: GuideSetup.aliases(("@example.org", "nobody@mail.example.org")),
            main: "mydestination = $myhostname\nlocal_recipient_maps = inline:{root=x}\n"
        )
        .has(AliasDeadEnds.self, .error, about: "nobody@mail.example.org", saying: "@example.org ->")
    }

    @Test func `many dead ends are counted`() async throws {
        let rows = (1...30).map { ("a\($0)@example.org", "gone\($0)@example.org") }
        let sql = rows.map { GuideSetup.aliases($0) }.joined()
        let findings = try await GuideSetup.make(sql: sql).findings(AliasDeadEnds.self)
        #expect(findings.count == 21)
        #expect(findings.contains { $0.subject == "10 more dead ends" })
    }
}

@Suite struct ShadowedMailboxesTests {
    /// The guide without its email2email map.
    private static let withoutSelfMapping =
        "virtual_alias_maps = mysql:$config_directory/mysql-virtual-alias-maps.cf\n"
    private static let catchall = GuideSetup.aliases(("@example.org", "far@elsewhere.example"))

    @Test func `a catch-all without self-mapping takes the mail of mailboxes`() async throws {
        let setup = try await GuideSetup.make(
            sql: GuideSetup.mailboxes("anna@example.org") + Self.catchall, main: Self.withoutSelfMapping)
        try await setup.has(
            ShadowedMailboxes.self, .error, about: "@example.org",
            saying: "takes the mail of 2 mailboxes in that domain", "john@example.org", "anna@example.org",
            "goes to far@elsewhere.example", "virtual_catchall_after_mailboxes=yes",
            "query = SELECT email FROM virtual_users WHERE email='%s'")
    }

    @Test func `mailboxes that map to themselves, or that are asked before catch-alls, keep their mail`()
        async throws
    {
        try await GuideSetup.make(sql: Self.catchall).hasNo(ShadowedMailboxes.self)
        try await GuideSetup.make(
            sql: Self.catchall, main: Self.withoutSelfMapping + "virtual_catchall_after_mailboxes = yes\n"
        ).hasNo(ShadowedMailboxes.self)
        try await GuideSetup.make(
            sql: GuideSetup.aliases(("@example.org", "john@example.org")), main: Self.withoutSelfMapping
        ).hasNo(ShadowedMailboxes.self)
    }
}

@Suite struct MaskedAnswersTests {
    @Test func `two maps that say different things of one key`() async throws {
        let setup = try await GuideSetup.make(
            main: "virtual_alias_maps = mysql:$config_directory/mysql-virtual-alias-maps.cf, "
                + "inline:{jack@example.org=anna@example.org}\n")
        try await setup.has(
            MaskedAnswers.self, .warning, about: "jack@example.org",
            saying: "jack@example.org -> john@example.org", "jack@example.org -> anna@example.org",
            "mysql-virtual-alias-maps.cf wins")
    }

    @Test func `a second map that says nothing new is no trouble`() async throws {
        try await GuideSetup.make(
            sql: GuideSetup.aliases(("john@example.org", "john@example.org,far@elsewhere.example"))
        ).hasNo(MaskedAnswers.self)
    }
}

@Suite struct AliasDestinationsTests {
    @Test(arguments: [
        (",", "holds no address"), ("   ", "holds no address"), ("john@@example.org", "is no address"),
        ("john@example..org", "is no address"), ("john", "bare word"),
    ])
    func `a destination that is no address`(_ value: String, _ words: String) async throws {
        let setup = try await GuideSetup.make(
            sql: GuideSetup.aliases(("info@example.org", value)),
            main: "mydestination = $myhostname\nlocal_recipient_maps = inline:{root=x}\n")
        try await setup.has(AliasDestinations.self, .error, about: "info@example.org", saying: words)
    }

    @Test func `a destination that is NULL or empty`() async throws {
        let nullable = "ALTER TABLE virtual_aliases MODIFY destination varchar(100) NULL;"
        try await GuideSetup.make(
            sql: nullable
                + "INSERT INTO virtual_aliases (domain_id, source, destination) VALUES (1, 'info@example.org', NULL);"
        ).has(AliasDestinations.self, .error, about: "info@example.org", saying: "is NULL")
        try await GuideSetup.make(sql: GuideSetup.aliases(("info@example.org", "")))
            .has(AliasDestinations.self, .error, about: "info@example.org", saying: "holds no address")
    }

    @Test func `a semicolon between addresses`() async throws {
        try await GuideSetup.make(
            sql: GuideSetup.aliases(("info@example.org", "john@example.org;far@elsewhere.example"))
        ).has(AliasDestinations.self, .warning, saying: "john@example.org,far@elsewhere.example")
    }

    @Test(arguments: [
        ("canonical_maps", Finding.Severity.error, ","), ("recipient_canonical_maps", .error, "john@@example.org"),
        ("sender_canonical_maps", .warning, "john@example.org;anna@example.org"),
        ("recipient_bcc_maps", .warning, ","), ("sender_bcc_maps", .warning, "john@@example.org"),
    ])
    func `an answer of another map that is no address`(
        _ parameter: String, _ severity: Finding.Severity, _ value: String
    ) async throws {
        let sql =
            "CREATE TABLE other (source varchar(100) NOT NULL, destination varchar(100) NOT NULL, KEY (source));"
        let row = "INSERT INTO other VALUES ('info@example.org', '\(value)');"
        let good = "INSERT INTO other VALUES ('info@example.org', 'john@example.org'), ('@example.net', '@example.org'), ('root', 'john');"
        for (rows, isBad) in [(row, true), (good, false)] {
            let made = try await GuideSetup.make(
                sql: sql + rows, main: "\(parameter) = mysql:$config_directory/other.cf\n")
            let aliases = try String(contentsOfFile: "\(made.path)/mysql-virtual-alias-maps.cf", encoding: .utf8)
            try made.write("other.cf", aliases.replacing("virtual_aliases", with: "other"))
            if isBad {
                try await made.has(
                    AliasDestinations.self, severity, about: "info@example.org", saying: "what \(parameter) has",
                    "UPDATE other SET destination = '…@…' WHERE source = 'info@example.org'")
            } else {
                try await made.hasNo(AliasDestinations.self)
            }
        }
    }

    @Test func `lists, quotes and names of users here are addresses`() async throws {
        try await GuideSetup.make(
            sql: GuideSetup.aliases(
                ("a@example.org", "john@example.org, far@elsewhere.example"),
                ("b@example.org", "\"john doe\"@elsewhere.example"), ("c@example.org", "root"),
                ("d@example.org", "John <john@example.org>"), ("e@example.org", "@elsewhere.example")),
            main: "mydestination = $myhostname\nlocal_recipient_maps = inline:{root=x}\n"
        ).hasNo(AliasDestinations.self)
    }
}

@Suite struct EntriesNeverFoundTests {
    @Test func `a key in capital letters under a binary collation`() async throws {
        let binary =
            "ALTER TABLE virtual_aliases MODIFY source varchar(100) CHARACTER SET utf8 COLLATE utf8_bin NOT NULL;"
        let rows = GuideSetup.aliases(("Info@Example.org", "john@example.org"))
        try await GuideSetup.make(sql: binary + rows)
            .has(
                EntriesNeverFound.self, .error, about: "info@example.org",
                saying: "capital letters", "UPDATE virtual_aliases SET source = 'info@example.org'")
        try await GuideSetup.make(sql: rows).hasNo(EntriesNeverFound.self)
    }

    @Test func `a key with blanks round it or two addresses in it`() async throws {
        try await GuideSetup.make(sql: GuideSetup.aliases((" info@example.org", "john@example.org")))
            .has(EntriesNeverFound.self, .error, about: "info@example.org", saying: "white space")
        try await GuideSetup.make(
            sql: GuideSetup.aliases(("a@example.org, b@example.org", "john@example.org"))
        ).has(EntriesNeverFound.self, .error, saying: "several addresses")
        // The server does not tell blanks at the end apart.
        try await GuideSetup.make(sql: GuideSetup.aliases(("info@example.org  ", "john@example.org")))
            .hasNo(EntriesNeverFound.self)
    }
}

@Suite struct DomainRulesTests {
    @Test func `a domain in which nobody is`() async throws {
        let setup = try await GuideSetup.make(
            sql: "INSERT INTO virtual_domains (name) VALUES ('empty.example');")
        try await setup.has(EmptyDomains.self, .warning, about: "empty.example", saying: "nobody is in it")
        let findings = try await setup.findings(EmptyDomains.self)
        #expect(findings.count == 1)
        try await GuideSetup.make(
            sql: "INSERT INTO virtual_domains (name) VALUES ('only-aliases.example');"
                + GuideSetup.aliases(("@only-aliases.example", "john@example.org"))
        ).hasNo(EmptyDomains.self)
    }

    @Test func `a table without a row`() async throws {
        try await GuideSetup.make(sql: "DELETE FROM virtual_users;")
            .has(EmptyDomains.self, .warning, saying: "every mailbox is unknown")
    }

    @Test func `mailboxes and aliases of domains that are not listed`() async throws {
        try await GuideSetup.make(sql: GuideSetup.mailboxes("x@unlisted.example", "y@unlisted.example"))
            .has(
                UnreachableAddresses.self, .error, about: "unlisted.example", saying: "2 mailboxes",
                "no column by which a domain is switched off",
                "INSERT INTO virtual_domains (name) VALUES ('unlisted.example')")
        try await GuideSetup.make(sql: GuideSetup.aliases(("x@unlisted.example", "john@example.org")))
            .has(UnreachableAddresses.self, .warning, about: "unlisted.example", saying: "1 alias of")
        try await GuideSetup.make(
            sql: GuideSetup.aliases(("x@unlisted.example", "john@example.org")),
            main: "virtual_alias_domains = unlisted.example\n"
        ).hasNo(UnreachableAddresses.self)
    }

    @Test func `a mailbox domain that is a key of the aliases`() async throws {
        let row = GuideSetup.aliases(("example.org", "anything"))
        try await GuideSetup.make(sql: row)
            .has(
                DomainsAsAliases.self, .error, about: "example.org",
                saying: "DELETE FROM virtual_aliases WHERE source = 'example.org'")
        try await GuideSetup.make(sql: row, main: "virtual_alias_domains =\n").hasNo(DomainsAsAliases.self)
    }
}

@Suite struct SenderOwnersTests {
    @Test func `logins that own their mailbox alone`() async throws {
        let main = "smtpd_sender_login_maps = mysql:$config_directory/mysql-email2email.cf\n"
        try await GuideSetup.make(main: main)
            .has(
                SenderOwners.self, .advice,
                saying: "jack@example.org -> john@example.org",
                "SELECT email FROM virtual_users WHERE email='%s' UNION SELECT destination FROM virtual_aliases "
                    + "WHERE source='%s'")
        try await GuideSetup.make(
            main: main + "smtpd_sender_login_maps = mysql:$config_directory/mysql-email2email.cf, "
                + "mysql:$config_directory/mysql-virtual-alias-maps.cf\n"
        ).hasNo(SenderOwners.self)
        try await GuideSetup.make().hasNo(SenderOwners.self)
    }
}

@Suite struct UnreadMapsTests {
    @Test func `a map of patterns is said to stay unseen`() async throws {
        try await GuideSetup.make(
            main: "virtual_alias_maps = mysql:$config_directory/mysql-virtual-alias-maps.cf, "
                + "pcre:{{/^x@/ john@example.org}}\n"
        ).has(UnreadMaps.self, .advice, saying: "could not be read whole")
        try await GuideSetup.make().hasNo(UnreadMaps.self)
    }
}
