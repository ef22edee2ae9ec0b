import LookupTables
import MailFormat
import Routing

/// "User unknown", and the row is there; "Relay access denied", and the domain is ours but for a letter.
extension ExplainedSituation {
    /// What is in the tables and was not found.
    ///
    /// Reads tables, so it is for one address that somebody looks at, not for a list of them.
    func nearHint(_ explanation: Explanation) async -> Explanation.Hint? {
        guard !explanation.reply.isPositive, explanation.command == "RCPT" else { return nil }
        let start = explanation.start
        let isUnknown = explanation.steps.routing.contains { if case .unknown = $0 { true } else { false } }
        switch explanation.addressClass {
        case .virtualMailbox? where isUnknown:
            return await hint(
                on: start.folded.text, in: [tables.virtualMailboxMaps, tables.virtualAliasMaps])
        case .relay? where isUnknown:
            return await hint(
                on: start.folded.text, in: [tables.relayRecipientMaps, tables.virtualAliasMaps])
        case .virtualAlias? where isUnknown:
            return await hint(on: start.folded.text, in: [tables.virtualAliasMaps])
        case .other?:
            guard let domain = start.domain?.lowercased() else { return nil }
            return await domainHint(domain)
        default: return nil
        }
    }

    private func hint(on key: String, in lists: [TableList]) async -> Explanation.Hint? {
        for list in lists {
            for table in list.tables {
                if let row = await (table as? SQLTable)?.nearRow(of: key) {
                    return hint(on: row, key, list.parameter, SQLText(of: table))
                }
            }
        }
        guard let near = await NearKeys.nearest(to: key, in: lists.flatMap(\.tables)) else { return nil }
        return .init(text: "\(near) is here; is that the address that was meant?", cure: nil)
    }

    private func domainHint(_ domain: String) async -> Explanation.Hint? {
        let lists = [
            tables.mydestination, tables.virtualAliasDomains, tables.virtualMailboxDomains,
            tables.relayDomains,
        ]
        for list in lists {
            for table in list.tables.flatMap(\.tables) {
                if let row = await (table as? SQLTable)?.nearRow(of: domain) {
                    return hint(on: row, domain, list.parameter, SQLText(of: table))
                }
            }
        }
        guard let near = await NearKeys.nearest(to: domain, in: lists) else { return nil }
        return .init(
            text:
                "\(near) is ours: one of the two is misspelt, \(domain) in the address or \(near) in its list",
            cure: nil)
    }

    private func hint(on row: NearRow, _ key: String, _ parameter: String, _ sql: SQLText) -> Explanation.Hint
    {
        let place = "WHERE \(row.column) = \(sql.literal(row.key))"
        let cure = "UPDATE \(row.source) SET \(row.column) = \(sql.literal(key)) \(place)"
        switch row.difference {
        case .condition:
            return .init(
                text:
                    "\(row.source) has \(key) in \(row.column), but \(parameter) asks for more, which the row is not: "
                    + (row.conditions.isEmpty ? "see its query" : row.conditions.joined(separator: " AND ")),
                cure: "SELECT * FROM \(row.source) \(place)")
        case .capitals:
            return .init(
                text:
                    "\(row.source) has \(row.key) in \(row.column), with capital letters, and \(parameter) is asked in lower case",
                cure: cure)
        case .blanks:
            return .init(
                text:
                    "\(row.source) has \(key) in \(row.column) with blanks or unseen characters at its ends: \"\(SQLText.seen(row.key))\"",
                cure: cure)
        }
    }
}
