import Foundation
import Logging
import LookupTables
import PostfixConfig

/// One run of `postmap` or `postalias`.
struct PostmapRun {
    private let command: TableCommand
    private let options: PostmapOptions
    private let configuration: Configuration
    private let opener: TableOpener
    private let logger: Logger
    private let defaultType: String
    /// `smtputf8_enable`, unless `-u` says no: keys and values that are no UTF-8 are refused.
    private let checksUTF8: Bool

    init(
        _ arguments: [String], as command: TableCommand = .postmap, pools: DatabasePools, logger: Logger
    ) throws(PostmapFailure) {
        self.command = command
        do throws(PostmapOptions.Mistake) {
            options = try PostmapOptions(arguments, of: command)
        } catch {
            if let complaint = error.complaint { logger.info("\(complaint)") }
            throw PostmapFailure(error.message)
        }
        let directory = ConfigurationDirectory.choose(option: options.configurationDirectory)
        guard access("\(directory)/main.cf", R_OK) == 0 else {
            throw PostmapFailure("open \(directory)/main.cf: \(String(cString: strerror(errno)))")
        }
        do throws(ConfigurationFailure) {
            configuration = try Configuration.load(directory: directory)
        } catch {
            throw PostmapFailure(error.description)
        }
        checksUTF8 = options.hasUTF8 && configuration.value(named: "smtputf8_enable") != "no"
        let folding: KeyFolding = !options.foldsKeys ? .none : checksUTF8 ? .lowercase : .asciiLowercase
        opener = Tables.opener(configuration, pools: pools, folding: folding, logger: logger)
        defaultType = configuration.value(named: "default_database_type") ?? "hash"
        self.logger = logger
    }

    /// - Returns: whether what was asked for was found.
    func perform() async throws(PostmapFailure) -> Bool {
        switch options.task {
        case .query(let key):
            var answers = Answers()
            try await ask([Array(key.utf8)], of: try tables(), isText: checksUTF8, &answers)
            answers.flush()
            return answers.found
        case .queryStandardInput(let source):
            return try await askStandardInput(source)
        case .list:
            try await list()
            return true
        case .delete(let key):
            return try delete([Array(key.utf8)])
        case .deleteStandardInput:
            var input = InputLines(.lines)
            var keys: [[UInt8]] = []
            while let some = input.next(limit: Self.batch) { keys += some }
            return try delete(keys)
        case .compile:
            let compilation = TableCompilation(
                command: command, options: options, opener: opener, checksUTF8: checksUTF8,
                hostname: configuration.value(named: "myhostname") ?? "localhost")
            for map in options.maps { try compilation.perform(specification(map)) }
            return true
        }
    }

    private func specification(_ map: String) -> String {
        map.contains(":") ? map : "\(defaultType):\(map)"
    }

    private func tables() throws(PostmapFailure) -> [any LookupTable] {
        var tables: [any LookupTable] = []
        for map in options.maps {
            do throws(TableError) {
                tables.append(try opener.openOrFail(specification(map)))
            } catch {
                throw PostmapFailure(error.description)
            }
        }
        return tables
    }

    // MARK: Asking

    /// So many keys are on their way at once.
    private static let batch = 32_768

    private func askStandardInput(_ source: PostmapOptions.KeySource) async throws(PostmapFailure) -> Bool {
        let tables = try tables()
        if let warning = options.warning { logger.warning("\(warning)") }
        // Lines of a message may be any bytes: postmap(1), `-b`.
        let isText = if case .message = source { options.requiresUTF8 } else { checksUTF8 }
        var input = InputLines(source)
        var answers = Answers(keyEnding: command.keyEnding)
        while let keys = input.next(limit: Self.batch) {
            do throws(PostmapFailure) {
                try await ask(keys, of: tables, isText: isText, &answers)
            } catch {
                answers.flush()
                throw error
            }
            answers.flush()
        }
        return answers.found
    }

    private typealias Outcome = Result<(table: any LookupTable, value: [UInt8])?, LookupFailure>

    /// Asks for all keys together and writes what was found in their order, up to the first that failed.
    ///
    /// - Parameter isText: a key must be UTF-8; another is named in a warning, and left out.
    private func ask(
        _ keys: [[UInt8]], of tables: [any LookupTable], isText: Bool, _ answers: inout Answers
    ) async throws(PostmapFailure) {
        let outcomes: [Outcome]
        var keys = keys
        if isText {
            let texts = valid(keys, contentName(of: tables[0]))
            keys = texts.map { Array($0.utf8) }
            outcomes = await Self.outcomes(texts, in: tables)
        } else {
            var each: [Outcome] = []
            for key in keys { each.append(await Self.outcome(key, in: tables)) }
            outcomes = each
        }
        for (key, outcome) in zip(keys, outcomes) {
            switch outcome {
            case .success(nil): continue
            case .success(let (table, value)?):
                warnIfEmpty(key, value, of: table.name)
                answers.add(key, try shown(value, of: table, key))
            case .failure(let failure):
                logger.warning("\(failure)")
                let table = tables.first { $0.name == failure.table } as? SQLTable
                if let advice = await table?.advice(on: failure) { logger.info("\(advice)") }
                throw PostmapFailure("table \(failure.table): query error")
            }
        }
    }

    /// The keys that are UTF-8; the others are named in a warning.
    private func valid(_ keys: [[UInt8]], _ table: String) -> [String] {
        keys.compactMap { key in
            if let text = String(validating: key, as: UTF8.self) { return text }
            logger.warning(
                "\(table): non-UTF-8 key \"\(PrintableText.of(key))\": malformed UTF-8 or invalid codepoint")
            return nil
        }
    }

    /// Asks each table for the keys that those before it do not have.
    private static func outcomes(_ keys: [String], in tables: [any LookupTable]) async -> [Outcome] {
        var outcomes = [Outcome](repeating: .success(nil), count: keys.count)
        var open = Array(keys.indices)
        for (number, table) in tables.enumerated() {
            if number > 0 {
                open = open.filter { if case .success(nil) = outcomes[$0] { true } else { false } }
            }
            let answers = await table.lookup(all: number == 0 ? keys : open.map { keys[$0] })
            for (index, answer) in zip(open, answers) {
                outcomes[index] = answer.map { value in value.map { (table, Array($0.utf8)) } }
            }
        }
        return outcomes
    }

    /// Tables that take text alone do not have bytes that are none.
    private static func outcome(_ key: [UInt8], in tables: [any LookupTable]) async -> Outcome {
        do throws(LookupFailure) {
            for table in tables {
                if let table = table as? any ByteTable {
                    if let value = try await table.lookup(bytes: key) { return .success((table, value)) }
                } else if let text = String(validating: key, as: UTF8.self),
                    let value = try await table.lookup(text)
                {
                    return .success((table, Array(value.utf8)))
                }
            }
            return .success(nil)
        } catch {
            return .failure(error)
        }
    }

    private func contentName(of table: any LookupTable) -> String {
        (table as? any StoredTable)?.contentName ?? table.name
    }

    private func warnIfEmpty(_ key: [UInt8], _ value: [UInt8], of table: String) {
        guard value.isEmpty else { return }
        logger.warning("table \(table): key \(PrintableText.of(key)): empty string result is not allowed")
        logger.warning("table \(table) should return NO RESULT in case of NOT FOUND")
    }

    /// With `-F` a database has contents in base64, and a table in memory the names of files.
    private func shown(_ value: [UInt8], of table: any LookupTable, _ key: [UInt8]) throws(PostmapFailure)
        -> [UInt8]
    {
        guard options.hasFileValues else { return value }
        if table is any TextTable {
            do throws(FileValue.Failure) {
                return try FileValue.contents(of: String(decoding: value, as: UTF8.self))
            } catch {
                throw PostmapFailure(error.description)
            }
        }
        guard let content = decoded(value, of: table, key) else {
            throw PostmapFailure("table \(contentName(of: table)): query error")
        }
        return content
    }

    private func decoded(_ value: [UInt8], of table: any LookupTable, _ key: [UInt8]) -> [UInt8]? {
        if let content = FileValue.decoded(value) { return content }
        logger.warning(
            "table \(contentName(of: table)): key \(PrintableText.of(key)): malformed BASE64 value: \(PrintableText.of(value))"
        )
        return nil
    }

    // MARK: Other tasks

    private func list() async throws(PostmapFailure) {
        for table in try tables() {
            var answers = Answers(keyEnding: command.keyEnding)
            do {
                switch table {
                case let stored as any StoredTable where stored.canBeListed:
                    try stored.forEachEntry { key, value in
                        if key.isEmpty {
                            logger.warning("table \(table.name): empty lookup key value is not allowed")
                        } else {
                            warnIfEmpty(key, value, of: table.name)
                        }
                        if !options.hasFileValues {
                            answers.add(key, value)
                        } else if let content = decoded(value, of: table, key) {
                            answers.add(key, content)
                        }
                    }
                case let listable as any ListableTable:
                    for (key, value) in try await listable.entries() {
                        answers.add(Array(key.utf8), Array(value.utf8))
                    }
                default:
                    throw PostmapFailure(
                        "table \(contentName(of: table)): sequence operation is not supported")
                }
            } catch {
                answers.flush()
                throw error as? PostmapFailure ?? PostmapFailure("\(error)")
            }
            answers.flush()
        }
    }

    private func delete(_ keys: [[UInt8]]) throws(PostmapFailure) -> Bool {
        var found = false
        for map in options.maps.map(specification) {
            let type = String(map.prefix { $0 != ":" })
            guard let maker = opener.maker(of: type) else { throw try failureOfDeletion(map, type) }
            let name = String(map.dropFirst(type.count + 1))
            let askable = checksUTF8 ? valid(keys, map).map { Array($0.utf8) } : keys
            let keys = askable.map(opener.folding.fold)
            do throws(TableError) {
                if try maker.remove(keys, from: name, for: opener) { found = true }
            } catch {
                throw PostmapFailure(error.description)
            }
        }
        return found
    }

    private func failureOfDeletion(_ map: String, _ type: String) throws(PostmapFailure) -> PostmapFailure {
        guard opener.types.contains(type) else {
            _ = try tables()
            return PostmapFailure("\(map): nothing can be deleted here")
        }
        return ["static", "environ"].contains(type)
            ? PostmapFailure("table \(map): delete operation is not supported")
            : PostmapFailure("\(map) map requires O_RDONLY access mode")
    }
}
