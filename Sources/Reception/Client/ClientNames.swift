import MailFormat
import NIOCore
import NIOPosix
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The names of clients, found by the system's resolver and believed only where the name leads back to the
/// address.
///
/// The resolver blocks, for half a minute where a name server of somebody else is silent, so it has threads
/// that nothing else waits for. Sessions of one address share one question; a question that nobody waits for
/// any more is not put. Whoever waits longer than the limit goes on with `unknown`; what the resolver says
/// later is remembered for the next session.
public final class ClientNames: Sendable {
    /// The verified name of an address; may block.
    typealias Resolver = @Sendable (IPAddress) -> String?

    private struct Answer {
        let name: String?
        let expires: NIODeadline
    }

    private struct State {
        var known: [IPAddress: Answer] = [:]
        /// Who waits for the name of an address that is asked for, or is still to be.
        var asked: [IPAddress: [Int: EventLoopPromise<String?>]] = [:]
        var lastWaiter = 0
    }

    private let threads: NIOThreadPool
    private let questionLimit: Int
    private let timeLimit: TimeAmount
    private let resolve: Resolver
    private let state = Mutex(State())

    /// Positive and negative answers are kept for so long; the system's resolver tells no lifetimes.
    private static let lifetime = TimeAmount.seconds(60)
    private static let knownLimit = 4096

    /// - Parameters:
    ///   - threads: how many addresses may be asked for at the same time.
    ///   - questionLimit: how many addresses may wait for that; further clients are `unknown` at once.
    public convenience init(threads: Int = 8, questionLimit: Int = 1024, timeLimit: Duration = .seconds(5)) {
        self.init(
            threads: threads, questionLimit: questionLimit, timeLimit: timeLimit,
            resolver: Self.verifiedName)
    }

    init(threads: Int, questionLimit: Int, timeLimit: Duration, resolver: @escaping Resolver) {
        self.threads = NIOThreadPool(numberOfThreads: threads)
        self.questionLimit = questionLimit
        self.timeLimit = TimeAmount(timeLimit)
        resolve = resolver
        self.threads.start()
    }

    deinit {
        threads.shutdownGracefully { _ in }
    }

    /// The verified name where it is known already, so that nobody need be asked.
    func knownName(of address: IPAddress) -> String? {
        guard let answer = state.withLock({ $0.known[address] }), answer.expires > .now() else { return nil }
        return answer.name
    }

    /// The verified name; nil where there is none, or none in time.
    func name(of address: IPAddress, on eventLoop: any EventLoop) async -> String? {
        enum Step {
            case known(String?)
            case wait(waiter: Int, isFirst: Bool)
        }
        let now = NIODeadline.now()
        let promise = eventLoop.makePromise(of: String?.self)
        let step = state.withLock { state -> Step in
            if let answer = state.known[address], answer.expires > now { return .known(answer.name) }
            let isFirst = state.asked[address] == nil
            guard !isFirst || state.asked.count < questionLimit else { return .known(nil) }
            state.lastWaiter += 1
            state.asked[address, default: [:]][state.lastWaiter] = promise
            return .wait(waiter: state.lastWaiter, isFirst: isFirst)
        }
        switch step {
        case .known(let name):
            promise.succeed(name)
            return name
        case .wait(let waiter, let isFirst):
            let timer = eventLoop.scheduleTask(in: timeLimit) { self.giveUp(waiter, address) }
            if isFirst { threads.submit { self.ask(address, isActive: $0 == .active) } }
            let name = try? await promise.futureResult.get()
            timer.cancel()
            return name ?? nil
        }
    }

    private func giveUp(_ waiter: Int, _ address: IPAddress) {
        state.withLock { $0.asked[address]?.removeValue(forKey: waiter) }?.succeed(nil)
    }

    private func ask(_ address: IPAddress, isActive: Bool) {
        let isWanted = state.withLock { state in
            if state.asked[address]?.isEmpty == false { return true }
            state.asked[address] = nil
            return false
        }
        guard isWanted else { return }
        let name = isActive ? resolve(address) : nil
        let waiting = state.withLock { state in
            if isActive { Self.remember(name, of: address, in: &state) }
            return state.asked.removeValue(forKey: address) ?? [:]
        }
        for promise in waiting.values { promise.succeed(name) }
    }

    private static func remember(_ name: String?, of address: IPAddress, in state: inout State) {
        let now = NIODeadline.now()
        if state.known.count >= knownLimit {
            state.known = state.known.filter { $0.value.expires > now }
            if state.known.count >= knownLimit { state.known.removeAll() }
        }
        state.known[address] = Answer(name: name, expires: now + lifetime)
    }

    @Sendable private static func verifiedName(_ address: IPAddress) -> String? {
        guard let socket = try? SocketAddress(ipAddress: address.description, port: 0) else { return nil }
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let result = socket.withSockAddr { pointer, size in
            getnameinfo(pointer, socklen_t(size), &host, socklen_t(host.count), nil, 0, NI_NAMEREQD)
        }
        guard result == 0 else { return nil }
        let name = String(decoding: host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return leadsBack(name, to: address) ? name : nil
    }

    private static func leadsBack(_ name: String, to address: IPAddress) -> Bool {
        // A name that is an address would say nothing, and could be made to say anything.
        guard IPAddress(name) == nil,
            name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5B && $0 != 0x5D })
        else { return false }
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, nil, &list) == 0 else { return false }
        defer { freeaddrinfo(list) }
        var next = list
        while let entry = next?.pointee {
            if let found = IPAddress(entry), found == address { return true }
            next = entry.ai_next
        }
        return false
    }
}

extension IPAddress {
    fileprivate init?(_ entry: addrinfo) {
        guard let address = entry.ai_addr else { return nil }
        switch entry.ai_family {
        case AF_INET:
            self.init(
                SocketAddress(address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee }))
        case AF_INET6:
            self.init(
                SocketAddress(address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { $0.pointee }))
        default:
            return nil
        }
    }
}
