import CUnbound
import Glibc

/// libunbound's context: libunbound(3). Made on one thread, then used and ended by another alone.
struct UnboundContext: @unchecked Sendable {
    // Unchecked: the pointer goes to the resolver's thread when that starts, and nobody else uses it afterwards.
    private let context: OpaquePointer

    init(_ settings: ResolverSettings) throws(NameFailure) {
        guard let context = ub_ctx_create() else { throw .library("libunbound cannot be started") }
        self.context = context
        do throws(NameFailure) {
            for (name, value) in settings.options { try Self.check(ub_ctx_set_option(context, name, value)) }
            for server in settings.forwarders { try Self.check(ub_ctx_set_fwd(context, server)) }
            if settings.forwarders.isEmpty, access(settings.resolvConf, R_OK) == 0 {
                try Self.check(ub_ctx_resolvconf(context, settings.resolvConf))
            }
            // Resolves on a thread of the library's own, so that nothing here waits for the network.
            try Self.check(ub_ctx_async(context, 1))
        } catch {
            ub_ctx_delete(context)
            throw error
        }
    }

    private static func check(_ result: Int32) throws(NameFailure) {
        guard result != 0 else { return }
        throw .library(String(cString: ub_strerror(result)))
    }

    /// Hands the context to a thread of its own; ends it where the system has none.
    func start(_ body: @escaping @Sendable (UnboundContext) -> Void) -> Bool {
        let work = Unmanaged.passRetained(Work(context: self, body: body))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer else { return nil }
                let work = Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue()
                work.body(work.context)
                return nil
            }, work.toOpaque())
        guard result == 0 else {
            work.release()
            ub_ctx_delete(context)
            return false
        }
        pthread_detach(thread)
        return true
    }

    private final class Work {
        let context: UnboundContext
        let body: @Sendable (UnboundContext) -> Void

        init(context: UnboundContext, body: @escaping @Sendable (UnboundContext) -> Void) {
            self.context = context
            self.body = body
        }
    }

    /// - Returns: nil where the question failed at once.
    func begin(_ question: ResolverThread.Question, _ continuation: ResolverThread.Continuation)
        -> PendingLookup?
    {
        let lookup = PendingLookup(deadline: question.deadline, continuation)
        // libunbound keeps it until it calls back, or until the lookup is cancelled.
        let box = Unmanaged.passRetained(lookup)
        let result = ub_resolve_async(
            context, question.name, question.type.rawValue, 1, box.toOpaque(),
            { pointer, code, result in
                guard let pointer else { return }
                let lookup = Unmanaged<PendingLookup>.fromOpaque(pointer).takeRetainedValue()
                lookup.finish(UnboundContext.answer(code, result))
                if let result { ub_resolve_free(result) }
            }, &lookup.number)
        guard result != 0 else { return lookup }
        box.release()
        lookup.finish(.failure(.library(String(cString: ub_strerror(result)))))
        return nil
    }

    func cancel(_ lookup: PendingLookup) {
        guard ub_cancel(context, lookup.number) == 0 else { return }
        // Its callback will not come.
        Unmanaged.passUnretained(lookup).release()
    }

    /// Sleeps until there are answers, the bell rings, or the time is up.
    func wait(bell: Int32, atMost patience: Duration?) {
        var files = [
            pollfd(fd: ub_fd(context), events: Int16(POLLIN), revents: 0),
            pollfd(fd: bell, events: Int16(POLLIN), revents: 0),
        ]
        let milliseconds = patience.map { patience in
            let (seconds, attoseconds) = patience.components
            return Int32(clamping: max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1))
        }
        poll(&files, nfds_t(files.count), milliseconds ?? -1)
    }

    /// Calls back for the answers that are there.
    func process() {
        if ub_poll(context) != 0 { ub_process(context) }
    }

    func end() { ub_ctx_delete(context) }

    private static func answer(
        _ code: Int32, _ result: UnsafeMutablePointer<ub_result>?
    ) -> Result<NameAnswer<[UInt8]>, NameFailure> {
        guard code == 0, let result = result?.pointee else {
            return .failure(.library(String(cString: ub_strerror(code))))
        }
        if result.bogus != 0 {
            return .failure(.bogus(result.why_bogus.map { String(cString: $0) } ?? "no reason given"))
        }
        // RFC 1035 §4.1.1: 0 is an answer, 3 that the name is not there.
        guard result.rcode == 0 || result.rcode == 3 else { return .failure(.server(code: result.rcode)) }
        var records: [[UInt8]] = []
        var index = 0
        while let data = result.data?[index] {
            let length = Int(result.len[index])
            records.append(
                data.withMemoryRebound(to: UInt8.self, capacity: length) {
                    Array(UnsafeBufferPointer(start: $0, count: length))
                })
            index += 1
        }
        let asked = result.qname.map { Self.plain(String(cString: $0)) }
        let canonical = result.canonname.map { Self.plain(String(cString: $0)) }
        return .success(
            NameAnswer(
                records: records, exists: result.nxdomain == 0, isSecure: result.secure != 0,
                canonicalName: canonical == asked ? nil : canonical))
    }

    /// In lower case, without the dot at the end.
    private static func plain(_ name: String) -> String {
        let name = name.lowercased()
        return name.hasSuffix(".") ? String(name.dropLast()) : name
    }
}
