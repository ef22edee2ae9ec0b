import Logging
import MailFormat
import MailQueue
import NIOCore
import NIOPosix
import Routing
import SMTPWire
import Synchronization

/// Keeps what probes find, and has them sent: verify(8).
///
///     not known  ──probe──▶ pending ──▶ deliverable ──refresh time──▶ probed again, the old answer serves
///                                  └──▶ undeliverable, deferred       ──expire time──▶ not known
///
/// All who ask for one address share one probe. A failed probe does not take back an earlier good result: that one
/// counts until it expires.
public final class Verifier: AddressVerifier {
    /// Sends a probe: ``AddressProber``.
    public typealias Probe =
        @Sendable (
            _ address: MailAddress, _ sender: ReversePath, _ remembersFailures: Bool
        ) async -> ProbeResult

    private struct Pending {
        var waiters: [UInt64: CheckedContinuation<ProbeResult?, Never>] = [:]
    }

    private struct State {
        var settings: VerificationSettings
        var pending: [String: Pending] = [:]
        var nextWaiter: UInt64 = 0
        var stored = 0
    }

    private let state: Mutex<State>
    private let cache: OpenedCache
    private let logger: Logger
    private let now: @Sendable () -> Int64
    private let requests: AsyncStream<MailAddress>
    private let request: AsyncStream<MailAddress>.Continuation

    /// - Parameters:
    ///   - place: opened when it is first asked.
    ///   - logger: label `verify`.
    ///   - now: seconds since 1970.
    public init(
        _ settings: VerificationSettings, place: VerificationPlace, logger: Logger,
        now: @escaping @Sendable () -> Int64 = { Timestamp.now.seconds }
    ) {
        state = Mutex(State(settings: settings))
        cache = OpenedCache(place, logger: logger)
        self.logger = logger
        self.now = now
        // As many as may be pending, which is bounded where they are added.
        (requests, request) = AsyncStream.makeStream()
    }

    /// A configuration that was read again counts from now on, but for where the cache is.
    public func apply(_ settings: VerificationSettings) {
        state.withLock { $0.settings = settings }
    }

    private var settings: VerificationSettings { state.withLock { $0.settings } }

    // MARK: Asking

    public func verification(of address: MailAddress, patience: Duration) async -> Verification {
        let (now, settings, key) = (now(), settings, address.text)
        if settings.sender.has(address, at: now) {
            return Verification(
                .deliverable, "probes are from there", because: "our own probes are from there")
        }
        let known: VerificationEntry?
        do {
            known = try await cache.opened().entry(of: key)
        } catch {
            logger.warning("cannot read \(cache.name): \(error)")
            return Verification(.unavailable, "", because: "\(cache.name) cannot be read: \(error)")
        }
        if var entry = known, !entry.isExpired(at: now, settings) {
            let answer = entry.verification(at: now, settings)
            if entry.isStale(at: now, settings), begin(address) == .begun {
                entry.probed = now
                await store(entry, of: key)
            }
            return answer
        }
        switch begin(address) {
        case .overloaded:
            return Verification(
                .deferred, "Too many address verification requests",
                because: "address_verify_pending_request_limit probes are under way")
        case .stopped:
            return .pending(because: "the server is stopping")
        case .begun, .joined:
            guard patience > .zero, let result = await self.result(for: key, within: patience) else {
                return .pending(because: "a probe is under way")
            }
            // What is not remembered is not told either, as in Postfix: nobody could ask for it again.
            guard settings.remembersFailures || result.status == .deliverable else {
                return .pending(
                    because: "a probe has failed (\(result.text)), and failures are not remembered")
            }
            return VerificationEntry(result: result.status, text: result.text, updated: now, probed: now)
                .verification(at: now, settings)
        }
    }

    private enum Beginning {
        case begun, joined, overloaded, stopped
    }

    /// Has a probe sent, unless one is under way.
    private func begin(_ address: MailAddress) -> Beginning {
        let key = address.text
        let beginning = state.withLock { state -> Beginning in
            if state.pending[key] != nil { return .joined }
            if state.pending.count >= state.settings.pendingLimit { return .overloaded }
            state.pending[key] = Pending()
            return .begun
        }
        guard beginning == .begun else { return beginning }
        if case .terminated = request.yield(address) {
            finish(key, nil)
            return .stopped
        }
        return .begun
    }

    /// Waits for a probe that is under way; nil where it takes longer.
    private func result(for key: String, within patience: Duration) async -> ProbeResult? {
        await withTaskGroup(of: ProbeResult?.self) { group in
            group.addTask { await self.result(for: key) }
            group.addTask {
                try? await Task.sleep(for: patience)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    private func result(for key: String) async -> ProbeResult? {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isWaiting = state.withLock { state in
                    guard !Task.isCancelled, state.pending[key] != nil else { return false }
                    state.pending[key]?.waiters[waiter] = continuation
                    return true
                }
                if !isWaiting { continuation.resume(returning: nil) }
            }
        } onCancel: {
            state.withLock { $0.pending[key]?.waiters.removeValue(forKey: waiter) }?.resume(returning: nil)
        }
    }

    private func finish(_ key: String, _ result: ProbeResult?) {
        let pending = state.withLock { $0.pending.removeValue(forKey: key) }
        for waiter in pending?.waiters.values.map(\.self) ?? [] { waiter.resume(returning: result) }
    }

    // MARK: Probing

    /// Sends the probes that are asked for, until the task is cancelled.
    ///
    /// - Parameter group: the event loops that probes run on.
    public func run(
        on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton, probe: @escaping Probe
    ) async {
        await withDiscardingTaskGroup { tasks in
            tasks.addTask { await self.keepClean() }
            for await address in requests {
                tasks.addTask(executorPreference: EventLoopExecutor(group.next())) {
                    await self.carryOut(address, probe)
                }
            }
            // Nobody waits for what does not begin any more.
            request.finish()
            tasks.cancelAll()
        }
        let rest = state.withLock { Array($0.pending.keys) }
        for key in rest { finish(key, nil) }
    }

    /// Closes the cache; nobody asks any more.
    public func close() { cache.close() }

    private func carryOut(_ address: MailAddress, _ probe: @escaping Probe) async {
        let settings = settings
        let key = address.text
        // An earlier probe's result may have come between the question and this one.
        if let entry = try? await cache.opened().entry(of: key), entry.isFresh(at: now(), settings) {
            return finish(key, ProbeResult(entry.result, entry.text))
        }
        let sender = settings.sender.address(at: now())
        let result = await withTaskGroup(of: ProbeResult?.self) { group in
            group.addTask { await probe(address, sender, settings.remembersFailures) }
            group.addTask {
                try? await Task.sleep(for: .seconds(VerificationEntry.probeLifetime))
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        guard !Task.isCancelled else { return finish(key, nil) }
        let found = result ?? ProbeResult(.deferred, "the probe took too long")
        await remember(found.limited, of: key, settings)
        finish(key, found.limited)
    }

    private func remember(_ result: ProbeResult, of key: String, _ settings: VerificationSettings) async {
        guard result.isRemembered, settings.remembersFailures || result.status == .deliverable else { return }
        let now = now()
        if result.status != .deliverable,
            let known = try? await cache.opened().entry(of: key), known.result == .deliverable,
            !known.isExpired(at: now, settings)
        {
            return
        }
        await store(
            VerificationEntry(result: result.status, text: result.text, updated: now, probed: 0), of: key)
        let mustTrim = state.withLock { state in
            state.stored += 1
            guard state.stored >= max(settings.cacheLimit / 10, 1) else { return false }
            state.stored = 0
            return true
        }
        if mustTrim { try? await cache.opened().trim(to: settings.cacheLimit) }
    }

    private func store(_ entry: VerificationEntry, of key: String) async {
        do {
            try await cache.opened().store(entry, of: key)
        } catch {
            logger.warning("cannot write \(cache.name): \(error)")
        }
    }

    // MARK: Cleaning

    private func keepClean() async {
        var last: Int64?
        while !Task.isCancelled {
            // Looked at each minute, for the operator may change it.
            let interval = settings.cleanupInterval
            if interval > 0, cache.openedAlready != nil, last.map({ now() - $0 >= interval }) ?? true {
                await cleanUp()
                last = now()
            }
            try? await Task.sleep(for: .seconds(min(max(interval, 1), 60)))
        }
    }

    /// Forgets what is expired, and says so in the log; nothing where nobody has asked for anything yet.
    func cleanUp() async {
        guard let opened = cache.openedAlready else { return }
        do {
            let (retained, dropped) = try await opened.cleanUp(at: now(), settings)
            logger.info("cache \(cache.name) full cleanup: retained=\(retained) dropped=\(dropped) entries")
        } catch {
            logger.warning("cannot clean up \(cache.name): \(error)")
        }
    }
}

extension ProbeResult {
    /// A server may say much; what a reply to a client can hold is enough.
    fileprivate var limited: ProbeResult {
        guard text.utf8.count > 500 else { return self }
        return ProbeResult(
            status, String(decoding: text.utf8.prefix(500), as: UTF8.self), isRemembered: isRemembered)
    }
}
