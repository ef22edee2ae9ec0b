import Logging
import PostfixConfig
import Synchronization

/// Opens tables by their `type:name`.
///
///     let opener = TableOpener(configuration: configuration, drivers: [MySQLDriver(), SQLiteDriver()])
///     let aliases = opener.list("virtual_alias_maps", of: ["mysql:/etc/postfix/aliases.cf"])
///
/// The kinds in main.cf itself, in files and of other kinds are always there; the program brings the drivers for
/// the others.
/// A table that is named twice is opened once.
public struct TableOpener: Sendable {
    public let configuration: Configuration
    public let logger: Logger
    /// How tables of fixed strings fold their keys: to lower case, save for `postmap -f`.
    public let folding: KeyFolding
    private let drivers: [String: any TableDriver]
    private let opened = OpenTables()
    private let memory: AnswerMemory?
    /// Stands between the tables and whoever asks them; nothing is remembered then.
    public var overlay: (any TableOverlay)?
    /// Whether patterns may put parts of a key into their answers.
    private(set) var allowsSubstitution = true
    /// Where the definition is put together of the table that is being opened.
    private var definition: TableDefinition?

    /// - Parameter memory: keeps answers, also when the configuration is read again; nil keeps none.
    public init(
        configuration: Configuration, drivers: [any TableDriver] = [], folding: KeyFolding = .lowercase,
        memory: AnswerMemory? = nil, logger: Logger = Logger(label: "postmap")
    ) {
        self.memory = memory
        self.configuration = configuration
        self.folding = folding
        self.logger = logger
        let all = Self.standing + drivers
        self.drivers = Dictionary(all.map { ($0.type, $0) }, uniquingKeysWith: { $1 })
    }

    private static let standing: [any TableDriver] =
        [
            StaticDriver(), InlineDriver(), TextFileDriver(),
            TextPatternDriver<POSIXPattern>(), TextPatternDriver<PerlPattern>(), CIDRDriver(),
            RandomDriver(), UnionDriver(), PipeDriver(), FailingDriver(), EnvironmentDriver(), NISDriver(),
        ] + DatabaseDriver.all

    /// One that leaves out the rules of `regexp:` and `pcre:` tables which put parts of a key into their answers: for
    /// answers that become paths, users or commands, which no stranger is to write by his choice of an address.
    ///
    /// Source: local(8) and virtual(8), "SECURITY".
    public var withoutSubstitution: TableOpener {
        var opener = self
        opener.allowsSubstitution = false
        return opener
    }

    /// The types that can be opened, sorted.
    public var types: [String] { (drivers.keys + ["proxy"]).sorted() }

    /// The types that an opener with these drivers can open, sorted.
    public static func types(with drivers: [any TableDriver]) -> [String] {
        Set((standing + drivers).map(\.type) + ["proxy"]).sorted()
    }

    /// Opens a table. One that cannot be opened becomes a table whose lookups fail, so that mail waits, until
    /// its definition has been put right.
    public func open(_ specification: String) -> any LookupTable {
        do throws(TableError) {
            return try openOrFail(specification)
        } catch {
            let name = TableName(specification)?.description ?? specification
            logger.error("\(name) is unavailable. \(error.withCure)")
            return UnavailableTable(name: name, reason: error.withCure) { () throws(TableError) in
                try openOrFail(specification)
            }
        }
    }

    /// Opens a table, or says why it cannot be opened: for commands that end there.
    public func openOrFail(_ specification: String) throws(TableError) -> any LookupTable {
        try openTable(specification).table
    }

    private func openTable(_ specification: String) throws(TableError) -> OpenTable {
        guard let name = TableName(specification) else {
            throw TableError("open dictionary: expecting \"type:name\" form instead of \"\(specification)\"")
        }
        if let known = opened[name, allowsSubstitution] {
            definition?.add(known.definition)
            return known
        }
        guard let driver = drivers[name.type] else {
            throw TableError(
                "unsupported dictionary type: \(name.type) (supported: \(types.joined(separator: ", ")))")
        }
        let read = TableDefinition(name.description)
        var inner = self
        inner.definition = read
        let table = try driver.open(name.name, for: inner)
        let result = OpenTable(table: table, definition: read.text)
        opened[name, allowsSubstitution] = result
        definition?.add(result.definition)
        return result
    }

    /// The settings that a definition of a type may have, `query`; nil where tables of the type have no settings.
    public func settingNames(of type: String) -> Set<String>? { drivers[type]?.settingNames }

    /// The driver that makes tables of a type; nil where they are not made.
    public func maker(of type: String) -> (any TableMaker)? { drivers[type] as? any TableMaker }

    /// Takes note of something that the answers of the table which is being opened follow from, beside its name: the
    /// settings in a file, say. Answers are remembered by it.
    package func defines(_ text: String) { definition?.add(text) }

    /// Opens the tables that a parameter names.
    ///
    /// Answers are remembered where the catalogue says so of the parameter (`remembersAnswers`), and nowhere else.
    public func list(_ parameter: String, of specifications: [String]) -> TableList {
        if let overlay {
            return TableList(
                parameter: parameter, tables: overlay.tables(parameter, specifications.map(open)))
        }
        let remembers = ParameterCatalogue.definition(of: parameter)?.remembersAnswers ?? false
        return TableList(
            parameter: parameter, listed: specifications.map { listed($0, remembers: remembers) })
    }

    private func listed(_ specification: String, remembers: Bool) -> ListedTable {
        let table = open(specification)
        let counters = LookupCounters(table: table.name)
        guard remembers, let memory, table.asksServer else {
            return ListedTable(table, counters: counters, kept: nil)
        }
        // A table that could not be opened is one of its own: what it will answer is not known yet.
        let definition =
            TableName(specification).flatMap { opened[$0, allowsSubstitution]?.definition }
            ?? "\(table.name) \(UInt64.random(in: 0...UInt64.max))"
        return ListedTable(
            table, counters: counters,
            kept: KeptAnswers(
                memory: memory, map: memory.map(table.name, definition: definition),
                staleLifetime: configuration[.lookupStaleTTL], cacheLifetime: configuration[.lookupCacheTTL],
                logger: logger))
    }
}

/// `type:name`, with any `proxy:` in front left away: it changes nothing here.
struct TableName: Hashable, CustomStringConvertible {
    let type: String
    let name: String

    init?(_ specification: String) {
        var rest = specification[...]
        while rest.hasPrefix("proxy:") { rest = rest.dropFirst("proxy:".count) }
        guard let colon = rest.firstIndex(of: ":"), colon != rest.startIndex else { return nil }
        type = String(rest[..<colon])
        name = String(rest[rest.index(after: colon)...])
        if name.isEmpty { return nil }
    }

    var description: String { "\(type):\(name)" }
}

private struct OpenTable {
    let table: any LookupTable
    /// Everything that its answers follow from.
    let definition: String
}

/// The tables that an opener has opened so far.
private final class OpenTables: Sendable {
    private struct Key: Hashable {
        let name: TableName
        let allowsSubstitution: Bool
    }

    private let tables = Mutex<[Key: OpenTable]>([:])

    subscript(name: TableName, allowsSubstitution: Bool) -> OpenTable? {
        get { tables.withLock { $0[Key(name: name, allowsSubstitution: allowsSubstitution)] } }
        set { tables.withLock { $0[Key(name: name, allowsSubstitution: allowsSubstitution)] = newValue } }
    }
}

/// What a table's answers follow from, as it is read: its name, its settings, the tables in it.
private final class TableDefinition: Sendable {
    private let parts: Mutex<[String]>

    init(_ name: String) { parts = Mutex([name]) }

    var text: String { parts.withLock { $0.joined(separator: "\n") } }

    func add(_ text: String) { parts.withLock { $0.append(text) } }
}
