import LookupTables
import PostfixConfig

extension RewritingSettings {
    public init(_ configuration: Configuration) {
        self.init()
        canonical = AddressKinds(words: configuration[.canonicalClasses])
        senderCanonical = AddressKinds(words: configuration[.senderCanonicalClasses])
        recipientCanonical = AddressKinds(words: configuration[.recipientCanonicalClasses])
        masqueraded = AddressKinds(words: configuration[.masqueradeClasses])
        masquerade = Masquerade(configuration[.masqueradeDomains])
        propagatesExtensions = configuration[.propagateUnmatchedExtensions].contains("canonical")
        alwaysBcc = configuration[.alwaysBcc]
    }
}

extension RewritingTables {
    public init(_ configuration: Configuration, opener: TableOpener) {
        self.init()
        func maps(_ parameter: Parameter<[String]>) -> TableList {
            opener.list(parameter.name, of: configuration[parameter])
        }
        canonicalMaps = maps(.canonicalMaps)
        senderCanonicalMaps = maps(.senderCanonicalMaps)
        recipientCanonicalMaps = maps(.recipientCanonicalMaps)
        masqueradeExceptions = MatchList(
            parameter: "masquerade_exceptions", elements: configuration[.masqueradeExceptions],
            open: { opener.list("masquerade_exceptions", of: [$0]) })
        senderBccMaps = maps(.senderBccMaps)
        recipientBccMaps = maps(.recipientBccMaps)
    }
}
