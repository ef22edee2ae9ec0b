import CUnbound
import Glibc

/// A libunbound(3) context: whom to ask, the cache, and the thread of its own that talks to name servers.
///
/// Made by one thread, then used by the resolver's alone; no two at the same time.
final class UnboundContext {
    private let context: OpaquePointer

    init(_ settings: NameServiceSettings) throws(NameServiceFailure) {
        guard let context = ub_ctx_create() else {
            throw NameServiceFailure("libunbound cannot be started: \(String(cString: strerror(errno)))")
        }
        self.context = context
        // A resolver on this machine is the best there is, and may have the names of private networks.
        try option("do-not-query-localhost:", "no")
        try option("unblock-lan-zones:", "yes")
        try option("insecure-lan-zones:", "yes")
        switch settings.servers {
        case .system(let file):
            try require(ub_ctx_resolvconf(context, file), file)
            // A machine may have no hosts file.
            _ = ub_ctx_hosts(context, "/etc/hosts")
        case .forwarders(let addresses):
            for address in addresses { try require(ub_ctx_set_fwd(context, address), address) }
        case .zones(let servers):
            for (zone, address) in servers.sorted(by: { $0.key < $1.key }) {
                try require(ub_ctx_set_stub(context, zone, address, 0), "\(zone) at \(address)")
            }
        }
        for anchor in settings.trustAnchors { try require(ub_ctx_add_ta(context, anchor), "trust anchor") }
        if let file = settings.trustAnchorFile { try require(ub_ctx_add_ta_file(context, file), file) }
        try require(ub_ctx_async(context, 1), "threads")
    }

    deinit { ub_ctx_delete(context) }

    /// Readable when answers are there.
    var descriptor: Int32 { ub_fd(context) }

    /// Hands out the answers that are there.
    func process() { _ = ub_process(context) }

    /// A question that libunbound has; the callback owns one reference, until it is called or cancelled.
    final class Ticket {
        let question: NameQuestion
        fileprivate(set) var isAnswered = false
        fileprivate var number: Int32 = 0

        fileprivate init(_ question: NameQuestion) { self.question = question }
    }

    /// - Returns: nil where the question has ended already.
    func ask(_ question: NameQuestion) -> Ticket? {
        let ticket = Ticket(question)
        let reference = Unmanaged.passRetained(ticket)
        let inet: Int32 = 1
        let code = ub_resolve_async(
            context, question.name.isEmpty ? "." : question.name, question.type, inet, reference.toOpaque(),
            { pointer, code, result in
                defer { ub_resolve_free(result) }
                guard let pointer else { return }
                let ticket = Unmanaged<Ticket>.fromOpaque(pointer).takeRetainedValue()
                ticket.isAnswered = true
                ticket.question.end(UnboundContext.reply(code, result))
            }, &ticket.number)
        guard code == 0 else {
            reference.release()
            question.end(.failure(NameQuestionFailure(reason: String(cString: ub_strerror(code)))))
            return nil
        }
        return ticket
    }

    /// Its callback is not called after this.
    func cancel(_ ticket: Ticket) {
        guard !ticket.isAnswered else { return }
        ticket.isAnswered = true
        ub_cancel(context, ticket.number)
        Unmanaged.passUnretained(ticket).release()
    }

    private static func reply(_ code: Int32, _ result: UnsafeMutablePointer<ub_result>?) -> NameQuestion.Reply
    {
        guard code == 0, let result = result?.pointee else {
            return .failure(NameQuestionFailure(reason: String(cString: ub_strerror(code))))
        }
        if result.bogus != 0 {
            let why = result.why_bogus.map { String(cString: $0) } ?? "no reason given"
            return .failure(NameQuestionFailure(reason: "DNSSEC does not prove the answer: \(why)"))
        }
        // NXDOMAIN says that there is nothing; SERVFAIL and its like, that nobody knows.
        guard result.rcode == 0 || result.nxdomain != 0 else {
            return .failure(NameQuestionFailure(reason: "the name server answered \(name(of: result.rcode))"))
        }
        var records: [[UInt8]] = []
        if result.havedata != 0, let data = result.data, let lengths = result.len {
            var index = 0
            while let bytes = data[index] {
                records.append(
                    Array(UnsafeRawBufferPointer(start: bytes, count: Int(lengths[index]))))
                index += 1
            }
        }
        return .success(
            ResolvedData(records: records, hasName: result.nxdomain == 0, isSecure: result.secure != 0))
    }

    /// RFC 1035 §4.1.1.
    private static func name(of code: Int32) -> String {
        switch code {
        case 1: "FORMERR"
        case 2: "SERVFAIL"
        case 4: "NOTIMP"
        case 5: "REFUSED"
        default: "error \(code)"
        }
    }

    private func option(_ name: String, _ value: String) throws(NameServiceFailure) {
        try require(ub_ctx_set_option(context, name, value), name)
    }

    private func require(_ code: Int32, _ subject: String) throws(NameServiceFailure) {
        guard code != 0 else { return }
        throw NameServiceFailure("name lookups: \(subject): \(String(cString: ub_strerror(code)))")
    }
}
