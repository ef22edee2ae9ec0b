import LookupTables
import PostfixConfig

extension RoutingSettings {
    public init(_ configuration: Configuration) {
        self.init(
            myhostname: configuration[.myhostname], mydomain: configuration[.mydomain],
            myorigin: configuration[.myorigin])
        appendsAtMyorigin = configuration[.appendAtMyorigin]
        appendsDotMydomain = configuration[.appendDotMydomain]
        percentHack = configuration[.allowPercentHack]
        swapBangpath = configuration[.swapBangpath]
        resolvesDequotedAddress = configuration[.resolveDequotedAddress]
        emptyAddressRecipient = configuration[.emptyAddressRecipient]
        doubleBounceSender = configuration[.doubleBounceSender]
        recipientDelimiter = configuration[.recipientDelimiter]
        ownerRequestSpecial = configuration[.ownerRequestSpecial]
        propagatesVirtualExtensions = configuration[.propagateUnmatchedExtensions].contains("virtual")
        aliasRecursionLimit = configuration[.virtualAliasRecursionLimit]
        aliasExpansionLimit = configuration[.virtualAliasExpansionLimit]
        aliasAddressLengthLimit = configuration[.virtualAliasAddressLengthLimit]
        rejectsUnlistedAliasTargets = configuration[.rejectUnlistedAliasTarget]
        catchallAfterMailboxes = configuration[.virtualCatchallAfterMailboxes]
        matchesLongestName = configuration[.recipientDelimiterLongestMatch]
        aliasWildcardLength = configuration[.virtualAliasWildcardLength]
        showsUserUnknownTableName = configuration[.showUserUnknownTableName]
        unknownLocalRecipientRejectCode = configuration[.unknownLocalRecipientRejectCode]
        unknownVirtualAliasRejectCode = configuration[.unknownVirtualAliasRejectCode]
        unknownVirtualMailboxRejectCode = configuration[.unknownVirtualMailboxRejectCode]
        unknownRelayRecipientRejectCode = configuration[.unknownRelayRecipientRejectCode]
        localTransport = configuration[.localTransport]
        virtualTransport = configuration[.virtualTransport]
        relayTransport = configuration[.relayTransport]
        defaultTransport = configuration[.defaultTransport]
        relayhost = configuration[.relayhost]
        transportMapsMatchSubdomains = configuration[.parentDomainMatchesSubdomains].contains(
            "transport_maps")
        helpfulWarnings = configuration[.helpfulWarnings]

        rewriting = RewritingSettings(configuration)
        allowsLeadingHyphen = configuration[.allowMinUser]
        nullDefaultTransportKey = configuration[.emptyAddressDefaultTransportMapsLookupKey]
        nullRelayhostKey = configuration[.emptyAddressRelayhostMapsLookupKey]
        prefixesRelocated = configuration[.relocatedPrefixEnable]
        local = LocalSettings(configuration)
    }
}

extension LocalSettings {
    public init(_ configuration: Configuration) {
        func sources(_ parameter: Parameter<[String]>) -> Set<Source> {
            Set(configuration[parameter].compactMap { Source(rawValue: $0.lowercased()) })
        }
        self.init()
        filesAllowedFrom = sources(.allowMailToFiles)
        commandsAllowedFrom = sources(.allowMailToCommands)
        propagatesExtensions = sources(.propagateUnmatchedExtensions)
        expandsOwnerAlias = configuration[.expandOwnerAlias]
        resetsOwnerAlias = configuration[.resetOwnerAlias]
        mailboxTransport = configuration[.mailboxTransport]
        fallbackTransport = configuration[.fallbackTransport]
        mailboxCommand = configuration[.mailboxCommand]
        luserRelay = configuration[.luserRelay]
        forwardPath = configuration[.forwardPath].split { $0.isWhitespace || $0 == "," }.map(String.init)
        forwardFilter = Set(configuration[.forwardExpansionFilter].utf8)
    }
}

extension RoutingTables {
    /// Opens every table that an address's way may ask. What cannot be opened fails when it is asked.
    public init(_ configuration: Configuration, opener: TableOpener) {
        let matchesSubdomains = configuration[.parentDomainMatchesSubdomains]
        func domains(_ parameter: Parameter<[String]>, subdomains: MatchList.Subdomains = .never)
            -> MatchList
        {
            MatchList(
                parameter: parameter.name, elements: configuration[parameter], subdomains: subdomains,
                open: { opener.list(parameter.name, of: [$0]) })
        }
        func maps(_ parameter: Parameter<[String]>) -> TableList {
            opener.list(parameter.name, of: configuration[parameter])
        }
        self.init(
            mydestination: domains(.mydestination), interfaces: InterfaceAddresses(configuration),
            virtualAliasDomains: domains(.virtualAliasDomains),
            virtualMailboxDomains: domains(.virtualMailboxDomains),
            relayDomains: domains(
                .relayDomains,
                subdomains: matchesSubdomains.contains("relay_domains") ? .always : .withLeadingDot),
            virtualAliasMaps: maps(.virtualAliasMaps), virtualMailboxMaps: maps(.virtualMailboxMaps),
            relayRecipientMaps: maps(.relayRecipientMaps), localRecipientMaps: maps(.localRecipientMaps),
            transportMaps: maps(.transportMaps))

        rewriting = RewritingTables(configuration, opener: opener)
        relocatedMaps = maps(.relocatedMaps)
        senderDependentDefaultTransportMaps = maps(.senderDependentDefaultTransportMaps)
        senderDependentRelayhostMaps = maps(.senderDependentRelayhostMaps)
        aliasMaps = opener.withoutSubstitution.list("alias_maps", of: configuration[.aliasMaps])
        mailboxTransportMaps = maps(.mailboxTransportMaps)
        mailboxCommandMaps = maps(.mailboxCommandMaps)
        fallbackTransportMaps = maps(.fallbackTransportMaps)
        users = opener.list(users.parameter, of: ["unix:passwd.byname"])
    }
}
