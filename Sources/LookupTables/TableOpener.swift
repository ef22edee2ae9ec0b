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

    public init(
        configuration: Configuration, drivers: [any TableDriver] = [], folding: KeyFolding = .lowercase,
        logger: Logger = Logger(label: "postmap")
    ) {
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
        guard let name = TableName(specification) else {
            throw TableError("open dictionary: expecting \"type:name\" form instead of \"\(specification)\"")
        }
        if let table = opened[name] { return table }
        guard let driver = drivers[name.type] else {
            throw TableError(
                "unsupported dictionary type: \(name.type) (supported: \(types.joined(separator: ", ")))")
        }
        let table = try driver.open(name.name, for: self)
        opened[name] = table
        return table
    }

    /// The driver that makes tables of a type; nil where they are not made.
    public func maker(of type: String) -> (any TableMaker)? { drivers[type] as? any TableMaker }

    /// Opens the tables that a parameter names.
    public func list(_ parameter: String, of specifications: [String]) -> TableList {
        TableList(parameter: parameter, tables: specifications.map(open))
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

/// The tables that an opener has opened so far.
private final class OpenTables: Sendable {
    private let tables = Mutex<[TableName: any LookupTable]>([:])

    subscript(name: TableName) -> (any LookupTable)? {
        get { tables.withLock { $0[name] } }
        set { tables.withLock { $0[name] = newValue } }
    }
}
