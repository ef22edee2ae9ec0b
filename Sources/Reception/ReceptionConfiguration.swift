import LookupTables
import MailFormat
import PostfixConfig
import Routing
import SMTPWire

extension SessionSettings {
    /// What main.cf, with the options of a service in master.cf, says about sessions.
    ///
    /// - Parameter opener: opens the tables that lists of clients name.
    public init(_ configuration: Configuration, opener: TableOpener) throws(SettingsFailure) {
        var dialog = ServerOptions(
            hostname: configuration[.myhostname], banner: configuration[.smtpdBanner])
        dialog.messageSizeLimit = configuration[.messageSizeLimit]
        dialog.lineLengthLimit = configuration[.lineLengthLimit]
        dialog.isHeloRequired = configuration[.smtpdHeloRequired]
        dialog.isVerifyDisabled = configuration[.disableVRFYCommand]
        dialog.paths = PathRules(
            isStrict: configuration[.strictRFC821Envelopes],
            allowsLeadingHyphen: configuration[.allowMinUser])
        dialog.recipientLimit = configuration[.smtpdRecipientLimit]
        dialog.recipientOvershootLimit = configuration[.smtpdRecipientOvershootLimit]
        dialog.softErrorLimit = configuration[.smtpdSoftErrorLimit]
        dialog.hardErrorLimit = configuration[.smtpdHardErrorLimit]
        dialog.junkCommandLimit = configuration[.smtpdJunkCommandLimit]
        dialog.noopCommands = Set(configuration[.smtpdNoopCommands].map { $0.uppercased() })
        dialog.discardedKeywords = Set(configuration[.smtpdDiscardEHLOKeywords].map { $0.uppercased() })
        dialog.forbiddenCommands = []
        dialog.forbidsNonLetters = false
        for word in configuration[.smtpdForbiddenCommands] {
            if word.hasPrefix("regexp:{{/^[^A-Z]/") {
                dialog.forbidsNonLetters = true
            } else if word.contains(":") {
                throw SettingsFailure(
                    "smtpd_forbidden_commands",
                    "\"\(word)\": tables are not supported here; name the commands")
            } else {
                dialog.forbiddenCommands.insert(word.uppercased())
            }
        }
        if let code = configuration.value(named: "smtpd_forbid_bare_newline_reject_code").flatMap({ Int($0) }
        ),
            (400...599).contains(code)
        {
            dialog.bareLineFeedCode = code
        }
        // Nobody who has not asked for it gets less than the strictest rule.
        let isLenient =
            configuration.isSet("smtpd_forbid_bare_newline")
            && configuration[.smtpdForbidBareNewline] != "reject"
        self.init(
            dialog: dialog, mailName: configuration[.mailName], timeout: configuration[.smtpdTimeout],
            errorSleepTime: configuration[.smtpdErrorSleepTime], hopcountLimit: configuration[.hopcountLimit],
            duplicateFilterLimit: configuration[.duplicateFilterLimit],
            looksUpNames: configuration[.smtpdPeernameLookup],
            clientConnectionLimit: configuration[.smtpdClientConnectionCountLimit],
            limitExceptions: try ClientList(
                .smtpdClientEventLimitExceptions, configuration, opener: opener),
            mendedClients: isLenient
                ? try ClientList(.smtpdForbidBareNewlineExclusions, configuration, opener: opener)
                : ClientList(parameter: "smtpd_forbid_bare_newline_exclusions"))

        keepsOriginalRecipient = configuration[.enableOriginalRecipient]
        header = try HeaderSettings(configuration, opener: opener)
    }
}

extension AccessSettings {
    /// What main.cf, with the options of a service in master.cf, says about who may send what.
    ///
    /// - Parameter opener: opens the tables that lists of clients name.
    public init(_ configuration: Configuration, opener: TableOpener) throws(SettingsFailure) {
        var codes = RejectCodes()
        codes.reject = configuration[.rejectCode]
        codes.defer = configuration[.deferCode]
        codes.relayDomains = configuration[.relayDomainsRejectCode]
        codes.nonFQDN = configuration[.nonFqdnRejectCode]
        codes.invalidHostname = configuration[.invalidHostnameRejectCode]
        self.init(
            lists: try RestrictionLists([
                .client: configuration[.smtpdClientRestrictions],
                .helo: configuration[.smtpdHeloRestrictions],
                .sender: configuration[.smtpdSenderRestrictions],
                .relay: configuration[.smtpdRelayRestrictions],
                .recipient: configuration[.smtpdRecipientRestrictions],
                .data: configuration[.smtpdDataRestrictions],
                .endOfData: configuration[.smtpdEndOfDataRestrictions],
            ]),
            mynetworks: try ClientList(.mynetworks, configuration, opener: opener),
            interfaces: ClientList(
                parameter: "inet_interfaces",
                addresses: InterfaceAddress.own(configuration).compactMap { IPAddress(bytes: $0.bytes) }),
            isRejectDelayed: configuration[.smtpdDelayReject],
            isRelayFirst: configuration[.smtpdRelayBeforeRecipientRestrictions],
            rejectsUnlistedRecipient: configuration[.smtpdRejectUnlistedRecipient],
            rejectsUnlistedSender: configuration[.smtpdRejectUnlistedSender],
            codes: codes)
        senderLoginMaps = opener.list(
            "smtpd_sender_login_maps", of: configuration[.smtpdSenderLoginMaps])
        offersLogin = configuration.value(named: "smtpd_sasl_auth_enable")?.lowercased() == "yes"
        allowsUntrustedRouting = configuration[.allowUntrustedRouting]
        probeSender = ProbeSender(configuration)
        unverifiedRecipient = .recipient(configuration)
        unverifiedSender = .sender(configuration)
        probePatience =
            configuration[.addressVerifyPollDelay] * min(configuration[.addressVerifyPollCount] - 1, 1_000)
    }
}

extension ClientList {
    /// The list of clients that a parameter names.
    public init(
        _ parameter: Parameter<[String]>, _ configuration: Configuration, opener: TableOpener
    ) throws(SettingsFailure) {
        let matchesSubdomains = configuration[.parentDomainMatchesSubdomains].contains(parameter.name)
        do throws(Mistake) {
            try self.init(
                parameter: parameter.name, elements: configuration[parameter],
                subdomains: matchesSubdomains ? .always : .withLeadingDot,
                open: { opener.list(parameter.name, of: [$0]) })
        } catch {
            throw SettingsFailure(parameter.name, error.description)
        }
    }
}
