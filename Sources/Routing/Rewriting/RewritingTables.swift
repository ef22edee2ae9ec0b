import LookupTables

/// The tables that change addresses, and those that name who gets a copy.
public struct RewritingTables: Sendable {
    public var canonicalMaps = TableList(parameter: "canonical_maps", tables: [])
    public var senderCanonicalMaps = TableList(parameter: "sender_canonical_maps", tables: [])
    public var recipientCanonicalMaps = TableList(parameter: "recipient_canonical_maps", tables: [])
    public var masqueradeExceptions = MatchList(parameter: "masquerade_exceptions")
    public var senderBccMaps = TableList(parameter: "sender_bcc_maps", tables: [])
    public var recipientBccMaps = TableList(parameter: "recipient_bcc_maps", tables: [])

    public init() {}

    var all: [TableList] {
        [canonicalMaps, senderCanonicalMaps, recipientCanonicalMaps, senderBccMaps, recipientBccMaps]
    }
}
