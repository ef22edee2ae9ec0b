import LookupTables

/// What to do about a row of a map, in the words of whatever holds it: a statement of SQL, a line of a file.
struct RowCure {
    private let map: SurveyedMap?

    init(_ survey: DataSurvey, mapName: String) {
        map = survey.maps.first { $0.name == mapName }
    }

    init(_ map: SurveyedMap) { self.map = map }

    /// The one table of a plain statement: its name, and the columns of the key and of the value.
    struct Columns {
        let table: String
        let key: String
        let value: String
    }

    /// Nil where the map asks several tables, or no SQL.
    var columns: Columns? {
        guard let statement = map?.sql?.plainStatement, let key = statement.keyExpressions.first,
            Self.isName(statement.source), Self.isName(key)
        else { return nil }
        return Columns(table: statement.source, key: key, value: statement.selected)
    }

    /// `DELETE FROM virtual_aliases WHERE source = 'jack@example.org' AND destination = 'john@example.org';`
    ///
    /// - Parameter value: nil for NULL.
    func delete(key: String, value: String?) -> Finding.Command? {
        guard let columns, Self.isName(columns.value) else { return nil }
        return command("DELETE FROM \(columns.table) WHERE \(condition(columns, key, value));")
    }

    /// `UPDATE virtual_aliases SET destination = 'john@example.org' WHERE source = 'jack@example.org' AND …;`
    func update(key: String, value: String, from old: String?) -> Finding.Command? {
        guard let columns, Self.isName(columns.value) else { return nil }
        return command(
            "UPDATE \(columns.table) SET \(columns.value) = \(quoted(value)) WHERE \(condition(columns, key, old));"
        )
    }

    /// `UPDATE virtual_aliases SET source = 'jack@example.org' WHERE source = 'Jack@Example.org';`
    func rename(key: String, to new: String) -> Finding.Command? {
        guard let columns else { return nil }
        return command(
            "UPDATE \(columns.table) SET \(columns.key) = \(quoted(new)) WHERE \(columns.key) = \(quoted(key));")
    }

    /// Every row of the key goes; nil is the key NULL.
    func delete(key: String?) -> Finding.Command? {
        guard let columns else { return nil }
        let condition = key.map { "\(columns.key) = \(quoted($0))" } ?? "\(columns.key) IS NULL"
        return command("DELETE FROM \(columns.table) WHERE \(condition);")
    }

    private func condition(_ columns: Columns, _ key: String, _ value: String?) -> String {
        let value = value.map { "\(columns.value) = \(quoted($0))" } ?? "\(columns.value) IS NULL"
        return "\(columns.key) = \(quoted(key)) AND \(value)"
    }

    func command(_ text: String) -> Finding.Command? {
        // A line is a line.
        guard let map, !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return nil }
        return Finding.Command(text, in: .database(map: map.name))
    }

    /// The same for people, whatever holds the row.
    func removal(key: String, value: String? = nil) -> String {
        (value.map { delete(key: key, value: $0) } ?? delete(key: key))?.text
            ?? "take the entry \(key) out of \(place)"
    }

    func change(key: String, value: String, from old: String? = nil) -> String {
        update(key: key, value: value, from: old)?.text ?? "write \(value) for \(key) in \(place)"
    }

    private var place: String {
        guard let name = map?.name, let colon = name.firstIndex(of: ":") else { return "the map" }
        let type = name[..<colon]
        let path = name[name.index(after: colon)...]
        switch type {
        case "hash", "btree", "lmdb", "cdb": return "\(path), and run: postmap \(name)"
        case "texthash": return String(path)
        case "inline": return "main.cf"
        default: return "the database behind \(name)"
        }
    }

    func quoted(_ value: String) -> String {
        let isMySQL = map?.name.hasPrefix("mysql:") ?? false
        return Self.text(isMySQL ? value.replacing("\\", with: "\\\\") : value)
    }

    static func text(_ value: String) -> String { "'\(value.replacing("'", with: "''"))'" }

    /// A name as it stands in a statement: `alias`, `mail.alias`, `` `alias` ``.
    static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
                    UInt8(ascii: "`"), UInt8(ascii: "\""):
                    true
                default: false
                }
            }
            && !text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
