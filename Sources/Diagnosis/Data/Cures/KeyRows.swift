import LookupTables

/// The rows that a map has under one key, as they are stored, to be edited in thought.
struct KeyRows: Sendable {
    private let cure: RowCure
    private let map: SurveyedMap
    private let key: String
    /// What each row says; nil is NULL. One row may hold several addresses.
    private let values: [String?]
    /// The rows are mailboxes or domains as well, so none of them may go for the sake of an alias.
    private let arePrecious: Bool

    /// Nil where the rows cannot be told from what the map answers.
    init?(_ survey: DataSurvey, mapName: String, key: String) async {
        guard let map = survey.aliasMaps.first(where: { $0.name == mapName }) ?? survey.map(named: mapName)
        else { return nil }
        self.map = map
        self.key = key
        cure = RowCure(map)
        if let sql = map.sql {
            guard !sql.hasResultFormat else { return nil }
            let query = sql.query
            let rows = try? await sql.pool.inspect { connection throws(InspectionFailure) in
                try connection.texts(
                    String(decoding: connection.statement(of: query, for: key), as: UTF8.self))
            }
            guard let rows, rows.allSatisfy({ $0.count == 1 }) else { return nil }
            values = rows.map { $0[0] }
            arePrecious = survey.hasPreciousRows(sql)
        } else {
            values = (try? await map.table.lookup(key)).flatMap { $0 }.map { [$0] } ?? []
            arePrecious = false
        }
    }

    /// Without one address of a row; the row goes where that is all it has.
    func removing(_ address: String) -> RowEdit? {
        edit(rowWith: address) { parts in parts.filter { !Self.isSame($0, address) } }
    }

    func replacing(_ address: String, with other: String) -> RowEdit? {
        edit(rowWith: address) { parts in
            var new: [String] = []
            for part in parts.map({ Self.isSame($0, address) ? other : $0 }) where !new.contains(part) {
                new.append(part)
            }
            return new
        }
    }

    /// With one address more in the first row.
    func adding(_ address: String) -> RowEdit? {
        guard let first = values.first.flatMap({ $0 }) else { return nil }
        return edit(0, to: Self.joined(Self.parts(first) + [address], like: first))
    }

    /// - Parameters:
    ///   - value: what the row says; nil for NULL.
    ///   - new: what it is to say; nil where the row goes.
    func changing(row value: String?, to new: String?) -> RowEdit? {
        values.firstIndex(of: value).flatMap { edit($0, to: new) }
    }

    private func edit(rowWith address: String, _ change: ([String]) -> [String]) -> RowEdit? {
        let index = values.firstIndex { row in
            row.map { Self.parts($0).contains { Self.isSame($0, address) } } ?? false
        }
        guard let index, let row = values[index] else { return nil }
        let parts = change(Self.parts(row))
        return edit(index, to: parts.isEmpty ? nil : Self.joined(parts, like: row))
    }

    private func edit(_ index: Int, to new: String?) -> RowEdit? {
        if new == nil, arePrecious { return nil }
        var after = values
        after[index] = new
        let old = values[index]
        return RowEdit(
            map: map.name, key: key.lowercased(), answer: after.compactMap(\.self).filter { !$0.isEmpty },
            command: new.map { cure.update(key: key, value: $0, from: old) } ?? cure.delete(key: key, value: old),
            words: new.map { cure.change(key: key, value: $0, from: old) }
                ?? cure.removal(key: key, value: old))
    }

    private static func parts(_ row: String) -> [String] {
        row.split(separator: ",").map { String($0.trimmingBlanks) }.filter { !$0.isEmpty }
    }

    private static func joined(_ parts: [String], like row: String) -> String {
        parts.joined(separator: row.contains(", ") ? ", " : ",")
    }

    private static func isSame(_ one: String, _ other: String) -> Bool {
        KeyFolding.lowercase.fold(one) == KeyFolding.lowercase.fold(other)
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmingBlanks: SubSequence {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }
}

extension DataSurvey {
    fileprivate func map(named name: String) -> SurveyedMap? { maps.first { $0.name == name } }

    /// Whether a map looks at the rows of the mailboxes or domains.
    fileprivate func hasPreciousRows(_ table: SQLTable) -> Bool {
        guard let source = table.rowSource else { return false }
        // `virtual_alias_domains = $virtual_alias_maps`: rows of aliases, and nothing else.
        let aliases = Set(aliasMaps.map(\.name)).subtracting(mailboxMaps.map(\.name))
        return (mailboxMaps + domainMaps).contains { map in
            !aliases.contains(map.name) && map.sql?.rowSource == source
        }
    }
}
