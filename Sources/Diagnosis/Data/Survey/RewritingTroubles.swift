import LookupTables
import MailFormat
import Routing

/// What is odd about single rows of the maps that change addresses or name who gets a copy: canonical(5),
/// `sender_bcc_maps`, `recipient_bcc_maps`.
struct RewritingTroubles: Sendable {
    /// Of one parameter's list.
    struct Part: Sendable {
        let parameter: String
        let maps: [SurveyedMap]
        let troubles: RowTroubles

        /// Its answers say who gets a copy, and nothing else changes.
        var isCopy: Bool { parameter.hasSuffix("_bcc_maps") }
    }

    let parts: [Part]

    init(_ setup: Setup) async {
        let rewriting = RoutingTables(setup.configuration, opener: setup.opener).rewriting
        let limit = RoutingSettings(setup.configuration).aliasAddressLengthLimit
        let reader = DestinationReader(router: setup.router, lengthLimit: limit)
        var parts: [Part] = []
        for list in [
            rewriting.canonicalMaps, rewriting.senderCanonicalMaps, rewriting.recipientCanonicalMaps,
            rewriting.senderBccMaps, rewriting.recipientBccMaps,
        ] where !list.isEmpty {
            let draft = SharedDraft(SurveyDraft())
            var maps: [SurveyedMap] = []
            for (position, table) in list.tables.enumerated() where !setup.disabled.contains(table.name) {
                var map = SurveyedMap(parameter: list.parameter, position: position, table: table)
                let read = map
                await map.read(into: draft) { draft, row in draft.takeAlias(row, of: read, reader) }
                maps.append(map)
            }
            let troubles = draft.take(leaving: SurveyDraft()).troubles
            parts.append(Part(parameter: list.parameter, maps: maps, troubles: troubles))
        }
        self.parts = parts
    }
}
