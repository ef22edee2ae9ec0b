import LookupTables

/// Looks at one database: whether it can be reached, how many connections it takes, and what it says of each map's
/// statement.
struct DatabaseProbe: Sendable {
    private let pool: SQLPool
    private let maps: [ProbedMap]
    private let dialect: any DatabaseDialect

    init(_ pool: SQLPool, _ maps: [ProbedMap]) {
        self.pool = pool
        self.maps = maps
        dialect = Self.dialect(of: maps.first?.map.type ?? "")
    }

    /// - Parameter type: `mysql`, `pgsql` or `sqlite`.
    static func dialect(of type: String) -> any DatabaseDialect {
        switch type {
        case "pgsql": PostgreSQLDialect()
        case "sqlite": SQLiteDialect()
        default: MySQLDialect()
        }
    }

    /// Nobody has it; it has a local part and a domain with labels, for each kind of template.
    static let key = "martlet-check@a.b.martlet.invalid"
    /// The same with a character that is in Unicode, and in no older set of Western Europe.
    static let strangeKey = "martlet-check-\u{0436}@a.b.martlet.invalid"

    func run() async -> ProbedDatabase {
        var attempts: [ProbedDatabase.Attempt] = []
        for host in pool.hosts {
            do throws(InspectionFailure) {
                try await pool.inspect(at: host) { _ in }
                attempts.append(.init(host: host, failure: nil))
            } catch {
                attempts.append(.init(host: host, failure: error))
            }
        }
        guard let host = attempts.first(where: { $0.failure == nil })?.host else {
            return ProbedDatabase(
                pool: pool, type: maps.first?.map.type ?? "", maps: maps, attempts: attempts, capacity: nil)
        }
        let (maps, dialect) = (maps, dialect)
        let seen = try? await pool.inspect(at: host) { connection throws(InspectionFailure) in
            let capacity = try? dialect.capacity(connection)
            var inspected = maps
            for index in inspected.indices {
                inspected[index].inspection = inspection(of: inspected[index].table, connection)
            }
            return (inspected, capacity)
        }
        return ProbedDatabase(
            pool: pool, type: maps.first?.map.type ?? "", maps: seen?.0 ?? maps, attempts: attempts,
            capacity: seen?.1)
    }

    private func inspection(of table: SQLTable, _ connection: any InspectableConnection) -> MapInspection {
        var inspection = MapInspection()
        let statement = connection.statement(of: table.query, for: Self.key)
        inspection.statement = String(decoding: statement, as: UTF8.self)
        // A procedure cannot be explained, and calling it may do something.
        let first = inspection.statement.drop { $0.isWhitespace || $0 == "(" }.prefix(6).lowercased()
        guard first == "select" || first.hasPrefix("with") else { return inspection }
        do throws(InspectionFailure) {
            inspection.plan = try dialect.plan(of: inspection.statement, connection)
        } catch {
            inspection.failure = error
            inspection.hint = dialect.hint(for: error, connection)
            return inspection
        }
        inspection.column =
            keyColumns(of: table).lazy.compactMap { try? dialect.column($0, connection) }.first
        let strange = connection.statement(of: table.query, for: Self.strangeKey)
        do throws(InspectionFailure) {
            try connection.inspect(strange, time: .seconds(10)) { _ in true }
        } catch {
            inspection.strangeKeyFailure = error.step == .statement ? error : nil
        }
        return inspection
    }

    /// The words that may be the compared column's name, where one table is asked: `source`, `LOWER(source)`.
    private func keyColumns(of table: SQLTable) -> [MapInspection.KeyColumn] {
        guard let statements = table.query.whole, statements.count == 1, let statement = statements.first,
            let expression = statement.keyExpressions.last
        else { return [] }
        // `virtual_aliases`, `mail.virtual_aliases AS a`, `"alias"`
        let words = statement.source.split(separator: " ")
        guard let name = words.first, !statement.source.contains(","),
            words.count <= 2
                || words.count == 3 && words[1].lowercased() == "as"
        else { return [] }
        let table = String(name.split(separator: ".").last ?? "").filter { !"`\"".contains($0) }
        let names = expression.utf8.split { $0 != UInt8(ascii: "_") && !Self.isLetterOrDigit($0) }
        return names.reversed().map {
            MapInspection.KeyColumn(table: table, name: String(decoding: $0, as: UTF8.self))
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
