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
/// The resolver blocks, so it has threads of its own. Whoever waits longer than the limit goes on with
/// `unknown`; what the resolver says later is remembered for the next session.
public final class ClientNames: Sendable {
    private let threads: NIOThreadPool
    private let timeLimit: TimeAmount
    private let cache = Mutex<[IPAddress: Entry]>([:])

    private struct Entry {
        let name: String?
        let expires: NIODeadline
    }

    /// Positive and negative answers are kept for so long; the system's resolver tells no lifetimes.
    private static let lifetime = TimeAmount.seconds(60)
    private static let cacheLimit = 4096

    public init(threads: NIOThreadPool, timeLimit: Duration = .seconds(5)) {
        self.threads = threads
        self.timeLimit = TimeAmount(timeLimit)
    }

    /// The verified name; nil where there is none, or none in time.
    func name(of address: IPAddress, on eventLoop: any EventLoop) async -> String? {
        let now = NIODeadline.now()
        if let entry = cache.withLock({ $0[address] }), entry.expires > now { return entry.name }
        let answer = eventLoop.makePromise(of: String?.self)
        let timer = eventLoop.scheduleTask(in: timeLimit) { answer.succeed(nil) }
        threads.submit { state in
            guard case .active = state else { return answer.succeed(nil) }
            let name = Self.resolve(address)
            self.remember(name, of: address)
            answer.succeed(name)
        }
        let name = try? await answer.futureResult.get()
        timer.cancel()
        return name ?? nil
    }

    private func remember(_ name: String?, of address: IPAddress) {
        let now = NIODeadline.now()
        cache.withLock { cache in
            if cache.count >= Self.cacheLimit {
                cache = cache.filter { $0.value.expires > now }
                if cache.count >= Self.cacheLimit { cache.removeAll() }
            }
            cache[address] = Entry(name: name, expires: now + Self.lifetime)
        }
    }

    private static func resolve(_ address: IPAddress) -> String? {
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
