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
        guard let statements = map?.sql?.query.whole, statements.count == 1, let statement = statements.first,
            case .whole = statement.key, let key = statement.keyExpressions.first,
            Self.isName(statement.source), Self.isName(key)
        else { return nil }
        return Columns(table: statement.source, key: key, value: statement.selected)
    }

    /// `DELETE FROM virtual_aliases WHERE source = 'jack@example.org'`
    func removal(key: String, value: String? = nil) -> String {
        if let columns {
            let condition = value.map { value in
                Self.isName(columns.value) ? " AND \(columns.value) = \(Self.text(value))" : ""
            }
            return
                "DELETE FROM \(columns.table) WHERE \(columns.key) = \(Self.text(key))\(condition ?? "");"
        }
        return "take the entry \(key) out of \(place)"
    }

    /// `UPDATE virtual_aliases SET destination = 'john@example.org' WHERE source = 'jack@example.org'`
    func change(key: String, value: String, from old: String? = nil) -> String {
        if let columns, Self.isName(columns.value) {
            let condition = old.map { " AND \(columns.value) = \(Self.text($0))" } ?? ""
            return
                "UPDATE \(columns.table) SET \(columns.value) = \(Self.text(value)) "
                + "WHERE \(columns.key) = \(Self.text(key))\(condition);"
        }
        return "write \(value) for \(key) in \(place)"
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

    static func text(_ value: String) -> String { "'\(value.replacing("'", with: "''"))'" }

    /// A name as it stands in a statement: `alias`, `mail.alias`, `` `alias` ``.
    private static func isName(_ text: String) -> Bool {
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
