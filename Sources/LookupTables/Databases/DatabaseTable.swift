import Glibc
import Logging
import PostfixConfig
import Synchronization

/// `hash:`, `btree:`, `lmdb:` and `cdb:`: a table in a file that postmap made, its own or Postfix's.
///
/// Lookups are answered where they are asked, without a thread: they read a few pages, which the system has
/// in memory as a rule, and each read takes a microsecond. A page that has to come from the disk is read on a
/// thread of the table's own, and then the lookup is begun again. Nothing is kept between lookups, so a file
/// that was replaced or written is seen by the next one.
final class DatabaseTable: StoredTable {
    let name: String
    let contentName: String
    private let kind: DatabaseKind
    private let path: String
    private let source: String
    private let folding: KeyFolding
    private let logger: Logger
    /// One lookup at a time: a lock that is shared by all of them would be let go by the first that has
    /// ended.
    private let opened: Mutex<OpenDatabase>

    /// While somebody writes the file in place: how long a lookup waits, and how often it tries.
    private static let patience = Duration.seconds(30)
    private static let pause = Duration.milliseconds(10)
    /// A table has fewer pages between its top and an entry; a lookup that asks for more waits where it is.
    private static let mostPages = 64

    init(
        _ kind: DatabaseKind, name: String, folding: KeyFolding, logger: Logger
    ) throws(TableError) {
        self.name = "\(kind.rawValue):\(name)"
        contentName = kind.contentName(of: name)
        self.kind = kind
        path = kind.file(of: name)
        source = name
        self.folding = folding
        self.logger = logger
        let database: OpenDatabase
        do throws(SystemError) {
            database = try OpenDatabase(kind, path: path)
        } catch {
            throw TableError("open database \(path): \(error)", cure: Self.cure(self.name))
        }
        opened = Mutex(database)
        do throws(OpenDatabase.Obstacle) {
            try database.check()
        } catch {
            // What is being written now will do when it is asked.
            if case .trouble(let trouble) = error {
                throw TableError("open database \(path): \(trouble)", cure: Self.cure(self.name))
            }
        }
        warnIfOlder(database)
    }

    var keys: LookupKeys { .fixed }
    var canBeListed: Bool { kind != .cdb }
    var asksServer: Bool { false }

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        observer?.asked(statement: key, host: "", duration: .zero)
        guard let value = try await bytes(of: Array(folding.fold(key).utf8)) else { return nil }
        guard let text = String(validating: value, as: UTF8.self) else {
            throw LookupFailure(
                table: contentName, cause: .result,
                reason: "key \"\(key)\": non-UTF-8 value \"\(Self.shown(value))\": "
                    + "malformed UTF-8 or invalid codepoint")
        }
        return text
    }

    func lookup(bytes key: [UInt8]) async throws(LookupFailure) -> [UInt8]? {
        try await bytes(of: folding.fold(key))
    }

    private func bytes(of key: [UInt8]) async throws(LookupFailure) -> [UInt8]? {
        let deadline = ContinuousClock.now + Self.patience
        var pages = 0
        while true {
            do throws(OpenDatabase.Obstacle) {
                return try ask(key, mayWait: pages > Self.mostPages)
            } catch {
                switch error {
                case .trouble(.notInMemory(let offset, let count)):
                    pages += 1
                    await fetch(offset, count)
                case .trouble(let trouble):
                    throw failure(trouble.description)
                case .locked:
                    guard ContinuousClock.now < deadline else {
                        throw failure("it has been locked for writing for \(Self.patience)")
                    }
                    do { try await Task.sleep(for: Self.pause) } catch {
                        throw failure("the lookup was given up")
                    }
                }
            }
        }
    }

    func forEachEntry(_ body: (_ key: [UInt8], _ value: [UInt8]) throws -> Void) throws {
        try opened.withLock { database in
            try refresh(&database)
            let style = database.kind.lock
            if let style { _ = try FileLock.take(database.file.descriptor, style, .shared, waits: true) }
            defer { if let style { FileLock.release(database.file.descriptor, style) } }
            do {
                try database.forEachStored { try body(OpenDatabase.text($0), OpenDatabase.text($1)) }
            } catch let trouble as DatabaseTrouble {
                throw failure(trouble.description)
            }
        }
    }

    // MARK: The file

    private func ask(_ key: [UInt8], mayWait: Bool) throws(OpenDatabase.Obstacle) -> [UInt8]? {
        let result: Result<[UInt8]?, OpenDatabase.Obstacle> = opened.withLock { database in
            do throws(OpenDatabase.Obstacle) {
                try refresh(&database)
                return .success(try database.value(of: key, mayWait: mayWait))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Opens the file anew where the path leads to another one.
    private func refresh(_ database: inout OpenDatabase) throws(OpenDatabase.Obstacle) {
        guard !database.file.isInPlace else { return }
        do throws(SystemError) {
            database = try OpenDatabase(kind, path: path)
        } catch {
            throw .trouble(.system(error))
        }
        warnIfOlder(database)
    }

    /// Brings a piece of the file into the system's memory, on a thread that may wait for the disk.
    private func fetch(_ offset: Int, _ count: Int) async {
        let file = opened.withLock { $0.file }
        await withCheckedContinuation { continuation in
            let read: @Sendable () -> Void = {
                // What is wrong with it, the lookup will meet again.
                _ = try? file.read(at: offset, count: count, mayWait: true)
                continuation.resume()
            }
            if !OwnThread.start(read) { read() }
        }
    }

    /// Somebody changed the source and forgot to compile it. Who is about to do so gets a hundred seconds.
    private func warnIfOlder(_ database: OpenDatabase) {
        var text = stat()
        guard stat(source, &text) == 0 else { return }
        if text.st_mtim.tv_sec > database.file.status.st_mtim.tv_sec, text.st_mtim.tv_sec < time(nil) - 100 {
            logger.warning("database \(path) is older than source file \(source)")
        }
    }

    // MARK: Words

    private func failure(_ reason: String) -> LookupFailure {
        LookupFailure(
            table: contentName, cause: .unavailable, reason: "database \(path): \(reason). \(Self.cure(name))"
        )
    }

    /// Enough of a value to find it by.
    private static func shown(_ value: [UInt8]) -> String {
        PrintableText.of(value.prefix(200)) + (value.count > 200 ? "..." : "")
    }

    static func cure(_ name: String) -> String {
        "\"postmap \(name)\" makes it anew of its source (\"newaliases\", where it is an alias database)"
    }
}
