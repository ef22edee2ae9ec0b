import Foundation
import Logging
import LookupTables
import PostfixConfig

/// One run of `postmap`.
struct PostmapRun {
    private let options: PostmapOptions
    private let opener: TableOpener
    private let logger: Logger
    private let defaultType: String

    init(_ arguments: [String], pools: DatabasePools, logger: Logger) throws(PostmapFailure) {
        do throws(PostmapOptions.Mistake) {
            options = try PostmapOptions(arguments)
        } catch {
            if let complaint = error.complaint { logger.info("\(complaint)") }
            throw PostmapFailure(error.message)
        }
        let directory = ConfigurationDirectory.choose(option: options.configurationDirectory)
        guard access("\(directory)/main.cf", R_OK) == 0 else {
            throw PostmapFailure("open \(directory)/main.cf: \(String(cString: strerror(errno)))")
        }
        let configuration: Configuration
        do throws(ConfigurationFailure) {
            configuration = try Configuration.load(directory: directory)
        } catch {
            throw PostmapFailure(error.description)
        }
        opener = Tables.opener(
            configuration, pools: pools, folding: options.foldsKeys ? .lowercase : .none, logger: logger)
        defaultType = configuration.value(named: "default_database_type") ?? "hash"
        self.logger = logger
    }

    /// - Returns: whether what was asked for was found.
    func perform() async throws(PostmapFailure) -> Bool {
        switch options.task {
        case .query(let key):
            var answers = Answers(writesKeys: false)
            try await ask([key], of: try tables(), &answers)
            answers.flush()
            return answers.found
        case .queryStandardInput(let source):
            return try await askStandardInput(source)
        case .list:
            try await list()
            return true
        case .delete:
            throw try failureOfDeletion()
        case .addFromStandardInput, .compile:
            try compile()
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
        var input = InputLines(source)
        var answers = Answers(writesKeys: true)
        while let keys = input.next(limit: Self.batch) {
            do throws(PostmapFailure) {
                if case .message = source, !options.requiresUTF8 {
                    for key in keys { try await ask(line: key, of: tables, &answers) }
                } else {
                    try await ask(valid(keys, for: tables[0]), of: tables, &answers)
                }
            } catch {
                answers.flush()
                throw error
            }
            answers.flush()
        }
        return answers.found
    }

    /// The keys that are UTF-8; the others are named and left out.
    private func valid(_ keys: [[UInt8]], for table: any LookupTable) -> [String] {
        keys.compactMap { key in
            if let key = String(validating: key, as: UTF8.self) { return key }
            let shown = String(decoding: key, as: UTF8.self)
            logger.warning("\(table.name): non-UTF-8 key \"\(shown)\": malformed UTF-8 or invalid codepoint")
            return nil
        }
    }

    /// Asks for a line of a message, which may be any bytes: postmap(1), `-b`. Tables that take text alone do not have
    /// what is none.
    private func ask(
        line: [UInt8], of tables: [any LookupTable], _ answers: inout Answers
    ) async throws(PostmapFailure) {
        for table in tables {
            if let table = table as? any ByteTable {
                do throws(LookupFailure) {
                    guard let value = try await table.lookup(bytes: line) else { continue }
                    if value.isEmpty { warnOfEmptyValue(of: table, String(decoding: line, as: UTF8.self)) }
                    return answers.add(line, value)
                } catch {
                    throw fatal(error)
                }
            }
            guard let key = String(validating: line, as: UTF8.self) else { continue }
            if try await ask([key], of: [table], &answers) { return }
        }
    }

    /// Asks for all keys together and writes what was found in their order, up to the first that failed.
    ///
    /// - Returns: whether anything was found.
    @discardableResult
    private func ask(
        _ keys: [String], of tables: [any LookupTable], _ answers: inout Answers
    ) async throws(PostmapFailure) -> Bool {
        let outcomes = await Self.outcomes(keys, in: tables)
        var found = false
        for (key, outcome) in zip(keys, outcomes) {
            switch outcome {
            case .success(nil): continue
            case .success(let (table, value)?):
                if value.isEmpty { warnOfEmptyValue(of: table, key) }
                answers.add(Array(key.utf8), try shown(value, of: table, key))
                found = true
            case .failure(let failure): throw fatal(failure)
            }
        }
        return found
    }

    private func warnOfEmptyValue(of table: any LookupTable, _ key: String) {
        logger.warning("table \(table.name): key \(key): empty string result is not allowed")
        logger.warning("table \(table.name) should return NO RESULT in case of NOT FOUND")
    }

    private func fatal(_ failure: LookupFailure) -> PostmapFailure {
        logger.warning("\(failure)")
        return PostmapFailure("table \(failure.table): query error")
    }

    private typealias Outcome = Result<(table: any LookupTable, value: String)?, LookupFailure>

    /// Asks each table for the keys that those before it do not have.
    private static func outcomes(_ keys: [String], in tables: [any LookupTable]) async -> [Outcome] {
        var outcomes = [Outcome](repeating: .success(nil), count: keys.count)
        var open = Array(keys.indices)
        for table in tables {
            let answers = await table.lookup(all: open.map { keys[$0] })
            for (index, answer) in zip(open, answers) {
                outcomes[index] = answer.map { value in value.map { (table, $0) } }
            }
            open = zip(open, answers).filter { $1 == .success(nil) }.map(\.0)
        }
        return outcomes
    }

    /// With `-F` a database has contents in base64, and a table in memory the names of files.
    private func shown(_ value: String, of table: any LookupTable, _ key: String) throws(PostmapFailure)
        -> [UInt8]
    {
        guard options.hasFileValues else { return Array(value.utf8) }
        if table is any TextTable {
            var contents: [[UInt8]] = []
            for path in ListSyntax.split(value) {
                do throws(FileContent.Failure) {
                    contents.append(try FileContent.read(path))
                } catch {
                    throw PostmapFailure("\(error.step) \(path): \(error)")
                }
            }
            return Array(contents.joined(separator: [UInt8(ascii: "\n")]))
        }
        guard let content = Data(base64Encoded: value) else {
            throw PostmapFailure("table \(table.name): key \(key): malformed BASE64 value: \(value)")
        }
        return Array(content)
    }

    // MARK: Other tasks

    private func list() async throws(PostmapFailure) {
        for table in try tables() {
            guard let listable = table as? any ListableTable else {
                throw PostmapFailure("table \(table.name): sequence operation is not supported")
            }
            var answers = Answers(writesKeys: true)
            do throws(LookupFailure) {
                for (key, value) in try await listable.entries() {
                    answers.add(Array(key.utf8), Array(value.utf8))
                }
            } catch {
                throw PostmapFailure(error.description)
            }
            answers.flush()
        }
    }

    private func failureOfDeletion() throws(PostmapFailure) -> PostmapFailure {
        let map = specification(options.maps[0])
        let type = String(map.prefix { $0 != ":" })
        guard opener.types.contains(type) else {
            _ = try tables()
            return PostmapFailure("\(map): nothing can be deleted here")
        }
        return ["static", "environ"].contains(type)
            ? PostmapFailure("table \(map): delete operation is not supported")
            : PostmapFailure("\(map) map requires O_RDONLY access mode")
    }

    /// No kind of map is made from a source file yet: each is refused in Postfix's words.
    private func compile() throws(PostmapFailure) {
        for map in options.maps.map(specification) {
            let type = String(map.prefix { $0 != ":" })
            if case .compile = options.task {
                let path = String(map.dropFirst(type.count + 1))
                guard access(path, R_OK) == 0 else {
                    throw PostmapFailure("open \(path): \(String(cString: strerror(errno)))")
                }
            }
            guard opener.types.contains(type) else {
                throw PostmapFailure("unsupported dictionary type: \(type)")
            }
            throw PostmapFailure("unsupported dictionary type: \(type) does not support bulk-mode creation.")
        }
    }
}
