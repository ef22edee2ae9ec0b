import LookupTables

/// A database that maps name, and what a first look at it gave.
struct ProbedDatabase: Sendable {
    let pool: SQLPool
    /// `mysql`, `pgsql`, `sqlite`
    let type: String
    let maps: [ProbedMap]
    /// For each of the hosts why it could not be reached; nil where it could.
    let attempts: [Attempt]
    let capacity: Capacity?

    struct Attempt: Sendable {
        let host: DatabaseHost
        let failure: InspectionFailure?
    }

    /// How many connections the server takes.
    struct Capacity: Sendable {
        /// `max_connections`
        var limit: Int
        /// Those that are open now.
        var used: Int
        /// The most for this user; nil where there is no such limit.
        var userLimit: Int?
        /// Whom the limit is for, `'mailserver'@'%'`; nil where that is not known.
        var account: String?
    }

    /// How many connections the maps may have together.
    var connections: Int { pool.size }

    var isReachable: Bool { attempts.contains { $0.failure == nil } }

    /// Why no connection can be had; nil where one can.
    var failure: InspectionFailure? { isReachable ? nil : attempts.first?.failure }

    var specifications: Set<String> { Set(maps.map(\.map.specification)) }
}

/// A map in a database, and what the server says of its statement.
struct ProbedMap: Sendable {
    let map: NamedMap
    let table: SQLTable
    var inspection: MapInspection?

    /// The lines of its definition that matter.
    func evidence(of settings: String...) -> [Evidence] {
        guard map.isFile, let file = DefinitionFile(path: map.name) else { return [] }
        return settings.compactMap { name in file[name].map { file.evidence($0) } }
    }
}

/// What a server says of a map's statement, without running it for mail.
struct MapInspection: Sendable {
    /// The statement with a key that nobody has.
    var statement = ""
    /// Why the server refuses it.
    var failure: InspectionFailure?
    /// A name that is there, for one that is not; where the user may not look, the account that may not.
    var hint: String?
    var plan: [PlanStep] = []
    /// The column that the key is compared with, where one table is asked.
    var column: KeyColumn?
    /// What the server says to a key with a character that not every set has.
    var strangeKeyFailure: InspectionFailure?

    /// How the server goes through one table of the statement.
    struct PlanStep: Sendable {
        var table: String
        /// Every row of the table is looked at.
        var isFullScan: Bool
        var rows: Int
        /// In the server's words.
        var words: String
    }

    struct KeyColumn: Sendable {
        var table: String
        var name: String
        /// As in CREATE TABLE: `varchar(100)`.
        var type = ""
        var charset = ""
        var collation = ""
        var isNullable = false
        /// An index begins with it.
        var index: String?
    }
}

extension Setup {
    /// The databases that the maps name, each looked at once.
    var databases: [ProbedDatabase] { get async { await sharedDatabases.databases(of: self) } }
}
