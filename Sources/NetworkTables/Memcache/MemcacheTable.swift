import Logging
import LookupTables

/// `memcache:/path.cf`: memcache_table(5).
struct MemcacheTable: ListableTable {
    /// "Keys are at most 250 characters": memcached's doc/protocol.txt.
    static let longestKey = 250

    let name: String
    let address: ServerAddress
    let pool: ServerPool<MemcacheWire>
    let settings: MemcacheSettings
    let folding: KeyFolding
    let logger: Logger

    var keys: LookupKeys { .fixed }

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        guard !key.utf8.contains(0), !key.isEmpty else { return nil }
        let key = folding.fold(key)
        guard let name = try await settings.keyFormat.expand(key, observer: observer), !name.isEmpty,
            !name.contains(where: Self.isBlank)
        else { return nil }
        guard let backup = settings.backup else {
            return try await cached(name, observer).map { value throws(LookupFailure) in
                try text(value, for: key)
            }
        }
        do throws(LookupFailure) {
            if let value = try await cached(name, observer) { return try text(value, for: key) }
        } catch  where error.cause != .result {
            logger.warning("\(error); asking \(backup.name) instead")
            return try await backup.lookup(key, observer: observer)
        }
        guard let value = try await backup.lookup(key, observer: observer) else { return nil }
        await store(value, name)
        return value
    }

    /// Those of the backup: memcached cannot list its own.
    func entries() async throws(LookupFailure) -> [(key: String, value: String)] {
        guard let backup = settings.backup as? any ListableTable else {
            throw LookupFailure(
                table: name, cause: .configuration,
                reason: "first/next support requires backup database, one that can be listed")
        }
        return try await backup.entries()
    }

    /// The value in the cache. One that cannot have such a long key does not have it.
    private func cached(
        _ name: [UInt8], _ observer: (any LookupObserver)?
    ) async throws(LookupFailure) -> [UInt8]? {
        guard name.count <= Self.longestKey else { return nil }
        let request = Array("get ".utf8) + name + Array("\r\n".utf8)
        let start = ContinuousClock.now
        let (reply, trouble) = await ask(request, isShareable: observer == nil)
        observer?.asked(
            statement: WireViolation.shown(request.dropLast(2), limit: 1000), host: "\(address)",
            duration: .now - start)
        switch reply {
        case .value(name, let data): return data
        case .absent: return nil
        case .value(let other, _):
            throw failure("the server answered for the key \"\(WireViolation.shown(other))\"")
        case .refused(let words): throw failure("memcache server error: \(WireViolation.shown(words))")
        case .stored: throw failure("the server answered get as if it were set")
        case nil: throw failure(trouble)
        }
    }

    /// What the backup knew is found here next time. Where that fails, nothing is lost.
    private func store(_ value: String, _ name: [UInt8]) async {
        guard name.count <= Self.longestKey else { return }
        let value = Array(value.utf8)
        var request = Array("set ".utf8) + name
        request += Array(" \(settings.flags) \(settings.ttl) \(value.count)\r\n".utf8)
        request += value + Array("\r\n".utf8)
        let (reply, trouble) = await ask(request, isShareable: false)
        if reply != .stored {
            let words = if case .refused(let words)? = reply { WireViolation.shown(words) } else { trouble }
            logger.warning("\(self.name): update of \"\(WireViolation.shown(name))\" failed: \(words)")
        }
    }

    /// Tries `max_try` times; once where the server accepts no connection.
    private func ask(_ request: [UInt8], isShareable: Bool) async -> (MemcacheWire.Reply?, trouble: String) {
        var trouble = ""
        for attempt in 0..<settings.tries {
            if attempt > 0 {
                do { try await Task.sleep(for: settings.pause) } catch { break }
            }
            switch await pool.ask(request, isShareable: isShareable) {
            case .success(let reply): return (reply, "")
            case .failure(let failure):
                trouble = failure.reason(at: address)
                if failure.kind == .unreachable || failure.kind == .closedHere { return (nil, trouble) }
            }
        }
        return (nil, trouble)
    }

    private func failure(_ reason: String) -> LookupFailure {
        LookupFailure(table: name, cause: .unavailable, reason: reason)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
