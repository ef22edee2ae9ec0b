/// The one contract for every kind of map.
///
/// A lookup finds a value, finds nothing (nil), or throws ``LookupFailure`` because it could not ask.
/// "Could not ask" is never "not there": callers answer 451 or defer.
public protocol LookupTable: Sendable {
    /// `type:name` as main.cf has it, `proxy:` left away.
    var name: String { get }
    /// Whether parts of an address make sense as keys here.
    var keys: LookupKeys { get }
    /// Whether answers come from a server, so that they are worth remembering. By default they do.
    var asksServer: Bool { get }

    /// Asks for one key as it is. Tables of fixed strings fold it to lower case themselves.
    ///
    /// - Parameter observer: told what was sent where, for `explain`; nil in ordinary work.
    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String?

    /// Asks for many keys at once, each as it is.
    ///
    /// - Returns: what ``lookup(_:observer:)`` comes to for each, in their order.
    func lookup(all keys: [String]) async -> [Result<String?, LookupFailure>]
}

/// What a table can be asked.
public enum LookupKeys: Sendable {
    /// Fixed strings: whole addresses and their parts (`user`, `@domain`).
    case fixed
    /// Patterns and remote services (regexp, pcre, cidr, tcp): the whole address only.
    case whole
}

/// Told of each question that a table sends to its backend.
public protocol LookupObserver: Sendable {
    /// - Parameters:
    ///   - statement: what was sent, such as the SQL text with values filled in; never a password.
    ///   - host: the server that answered, empty for files.
    ///   - duration: from asking to answer, waiting for a connection included.
    func asked(statement: String, host: String, duration: Duration)

    /// The answer came from memory.
    ///
    /// - Parameters:
    ///   - age: how old it is.
    ///   - failure: why the table could not be asked (`lookup_stale_ttl`); nil where it was not tried
    ///     (`lookup_cache_ttl`).
    func remembered(age: Duration, because failure: LookupFailure?)

    /// Nothing was sent, since the key cannot be there.
    ///
    /// - Parameter reason: the setting that says so, and what the key lacks.
    func notSent(because reason: String)

    /// The answer is not the table's, but what it would be after a change that somebody thinks of.
    func supposed(_ change: String)
}

extension LookupObserver {
    public func notSent(because reason: String) {}
    public func supposed(_ change: String) {}
    public func remembered(age: Duration, because failure: LookupFailure?) {}
}

extension LookupTable {
    public var asksServer: Bool { true }

    public func lookup(_ key: String) async throws(LookupFailure) -> String? {
        try await lookup(key, observer: nil)
    }

    /// A lookup each, side by side.
    public func lookup(all keys: [String]) async -> [Result<String?, LookupFailure>] {
        // An answer that is at hand costs less than a task that fetches it.
        guard asksServer else {
            var results: [Result<String?, LookupFailure>] = []
            results.reserveCapacity(keys.count)
            for key in keys { results.append(await result(key)) }
            return results
        }
        return await withTaskGroup(of: (Int, Result<String?, LookupFailure>).self) { group in
            for (index, key) in keys.enumerated() { group.addTask { (index, await result(key)) } }
            var results = [Result<String?, LookupFailure>](repeating: .success(nil), count: keys.count)
            for await (index, result) in group { results[index] = result }
            return results
        }
    }

    private func result(_ key: String) async -> Result<String?, LookupFailure> {
        do throws(LookupFailure) {
            return .success(try await lookup(key))
        } catch {
            return .failure(error)
        }
    }
}
