import Peers
import Testing

@testable import PostfixConfig

@Suite struct ConfigurationTests {
    private func configuration(_ values: [String: String]) throws -> Configuration {
        try Configuration(directory: "/etc/postfix", values: values)
    }

    private func load(_ main: String) throws -> Configuration {
        try Configuration(MainFile(path: "main.cf", text: Array(main.utf8)), directory: "/etc/postfix")
    }

    @Test func readsTypedValues() throws {
        let configuration = try configuration([
            "myhostname": "mail.example.org", "message_size_limit": "1",
            "virtual_alias_maps": "static:a, static:b",
            "smtpd_helo_required": "YES", "notify_classes": "", "qmgr_message_active_limit": "7",
        ])
        #expect(configuration[.myhostname] == "mail.example.org")
        #expect(configuration[.mydomain] == "example.org")
        #expect(configuration[.smtpdBanner] == "mail.example.org ESMTP Postfix")
        #expect(configuration[.messageSizeLimit] == 1)
        #expect(configuration[.qmgrMessageActiveLimit] == 7)
        #expect(configuration[.qmgrMessageRecipientLimit] == 20_000)
        #expect(configuration[.virtualAliasMaps] == ["static:a", "static:b"])
        #expect(configuration[.smtpdHeloRequired])
        #expect(configuration[.notifyClasses].isEmpty)
        #expect(configuration[.smtpdTimeout] == .seconds(300))
        #expect(configuration[.maximalQueueLifetime] == .seconds(5 * 86_400))
    }

    @Test(arguments: [
        ("maximal_queue_lifetime", "2", 2 * 86_400), ("maximal_queue_lifetime", "3h", 10_800),
        ("queue_run_delay", "7", 7), ("queue_run_delay", "1w", 604_800), ("delay_warning_time", "4", 14_400),
    ])
    func aTimeWithoutUnitCountsTheDefaultsUnit(name: String, text: String, seconds: Int) throws {
        let configuration = try configuration([name: text])
        let value = [
            "maximal_queue_lifetime": configuration[.maximalQueueLifetime],
            "queue_run_delay": configuration[.queueRunDelay],
            "delay_warning_time": configuration[.delayWarningTime],
        ][name]
        #expect(value == .seconds(seconds))
    }

    @Test func knowsParametersByTextName() throws {
        let configuration = try configuration([
            "virtual_alias_maps": "mysql:aliases", "aliases_query": "SELECT '$mydomain'",
            "mydomain": "example.org",
        ])
        #expect(configuration.value(named: "aliases_query") == "SELECT 'example.org'")
        #expect(configuration.value(named: "aliases_user") == nil)
        #expect(configuration.value(named: "relay_destination_rate_delay") == "0s")
        #expect(configuration.warnings.isEmpty)
    }

    @Test func transportsHaveLimitsOfTheirOwnOrTheCommonOnes() throws {
        let configuration = try configuration([
            "lmtp_destination_recipient_limit": "7", "default_destination_concurrency_limit": "3",
        ])
        #expect(configuration.destinationRecipientLimit(transport: "lmtp") == 7)
        #expect(configuration.destinationRecipientLimit(transport: "smtp") == 50)
        #expect(configuration.destinationConcurrencyLimit(transport: "lmtp") == 3)
        #expect(configuration.destinationConcurrencyLimit(transport: "local") == 2)
        #expect(configuration.initialDestinationConcurrency(transport: "lmtp") == 5)
    }

    @Test func servicesOverride() throws {
        let base = try configuration(["smtpd_banner": "$myhostname hello", "myhostname": "a.example.org"])
        let service = try base.overriding([("stress", "yes"), ("myhostname", "b.example.org")])
        #expect(service[.smtpdTimeout] == .seconds(10))
        #expect(service[.smtpdBanner] == "b.example.org hello")
        #expect(base[.smtpdBanner] == "a.example.org hello")
        #expect(throws: ConfigurationFailure.self) { try base.overriding([("smtpd_timeout", "soon")]) }
    }

    @Test(arguments: [("0", "", "subnet"), ("2", "", "host"), ("3.6", "", "host")])
    func defaultsDependOnTheCompatibilityLevel(level: String, relayDomains: String, style: String) throws {
        let configuration = try configuration(["compatibility_level": level, "mydestination": ""])
        #expect(configuration[.mynetworksStyle] == style)
        #expect(configuration[.smtputf8Enable] == (level != "0"))
        #expect(configuration[.appendDotMydomain] == (level == "0"))
        #expect(configuration[.smtpdRelayRestrictions].isEmpty == (level == "0"))
    }

    @Test(arguments: [
        ("message_size_limit = lots", "must be a number"), ("biff = perhaps", "must be yes or no"),
        ("queue_run_delay = 5 parsecs", "must be a time"), ("mynetworks_style = nobody", "must be one of"),
        ("smtpd_recipient_limit = 0", "must be at least 1"), ("queue_directory =", "must not be empty"),
        ("queue_run_delay = 99999999999w", "too long"),
        ("myorigin = ${mydomain", "truncated macro reference"),
    ])
    func aBadValueIsAnErrorWithFileAndLine(line: String, reason: String) throws {
        let failure = #expect(throws: ConfigurationFailure.self) { try load("# comment\n\n\(line)\n") }
        let problem = try #require(failure?.problems.first { $0.severity == .error })
        #expect(problem.file == "main.cf")
        #expect(problem.line == 3)
        #expect(problem.message.contains(reason))
        #expect(problem.cure != nil)
    }

    @Test(arguments: [
        ("virtual_alias_map", "did you mean virtual_alias_maps?"),
        ("smtpd_bnaner", "did you mean smtpd_banner?"),
        ("zzzzzzzz", "remove it"),
    ])
    func anUnknownParameterIsAWarningWithTheNameThatWasMeant(name: String, cure: String) throws {
        let warning = try #require(try load("myorigin = x\n\(name) = static:q\n").warnings.first)
        #expect(warning.description.hasPrefix("main.cf, line 2: unused parameter: \(name)=static:q; \(cure)"))
    }

    @Test func aParameterThatIsNotObeyedIsWarnedOfWhereItDecidesWhoMaySend() throws {
        let warnings = try load("smtpd_milters = inet:localhost:1\nbiff = no\nsmtpd_tls_auth_only = no\n")
            .warnings
        #expect(warnings.map(\.parameter) == ["smtpd_milters"])
        #expect(warnings.first?.line == 1)
        #expect(warnings.first?.message.contains("who may send mail") == true)
    }

    @Test func userDefinedParametersThatAreNamedAreNotWarnedOf() throws {
        #expect(try load("mua_x = permit\nsmtpd_client_restrictions = $mua_x\n").warnings.isEmpty)
        #expect(
            try load("cl = permit\nsmtpd_restriction_classes = cl\n").warnings.map(\.parameter) == [
                "smtpd_restriction_classes"
            ])
    }

    @Test func aMissingMainFileIsAnErrorInTheSystemsWords() throws {
        let directory = try TemporaryDirectory()
        let failure = #expect(throws: ConfigurationFailure.self) {
            try Configuration.load(directory: directory.path)
        }
        #expect(failure?.problems.first?.file == directory.appending("main.cf"))
        #expect(failure?.problems.first?.message == "open: No such file or directory")
    }

    @Test(
        arguments: [
            ("/a", "/b", true, "/a", true), (nil, "/b", true, "/b", true),
            (nil, "", true, "/etc/martlet", false),
            (nil, nil, false, "/etc/postfix", false),
        ] as [(String?, String?, Bool, String, Bool)])
    func theDirectoryIsTheOneNamedElseTheEnvironmentsElseThePresets(
        named: String?, environment: String?, hasOwn: Bool, path: String, isNamed: Bool
    ) {
        let directory = ConfigurationDirectory(named: named, environment: environment, hasOwnSetup: hasOwn)
        #expect(directory.path == path)
        #expect(directory.isNamed == isNamed)
    }
}
