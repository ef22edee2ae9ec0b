extension RuleBook {
    /// Rules that read the operator's data, or ask the database about itself.
    static let data: [any Rule.Type] = [
        DatabaseAccess.self, SocketOrAddress.self, DatabaseConnections.self, QueryStatements.self,
        KeyIndices.self, KeyCollations.self, QuotaDeferrals.self,
        AliasLoops.self, AliasDeadEnds.self, ShadowedMailboxes.self, MaskedAnswers.self,
        AliasDestinations.self, EntriesNeverFound.self, EmptyDomains.self, UnreachableAddresses.self,
        DomainsAsAliases.self, SenderOwners.self, UnreadMaps.self,
    ]
}
