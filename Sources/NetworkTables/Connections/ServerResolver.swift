import Dispatch
import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Finds the addresses of one host, on a thread of its own queue: a name server that is silent delays nobody but
/// this host, and the time limit of the connection that asks holds meanwhile. There is one question at a time;
/// connections that are opened in the meantime wait for its answer.
final class ServerResolver: Resolver, Sendable {
    private let queue = DispatchQueue(label: "addresses of a lookup server")
    private let eventLoop: any EventLoop
    private let pending: NIOLoopBoundBox<EventLoopFuture<[SocketAddress]>?>

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        pending = NIOLoopBoundBox.makeEmptyBox(eventLoop: eventLoop)
    }

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        addresses(host, port).map { $0.filter { if case .v4 = $0 { true } else { false } } }
    }

    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        addresses(host, port).map { $0.filter { if case .v6 = $0 { true } else { false } } }
    }

    func cancelQueries() {}

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private func addresses(_ host: String, _ port: Int) -> EventLoopFuture<[SocketAddress]> {
        if let pending = pending.value { return pending }
        let promise = eventLoop.makePromise(of: [SocketAddress].self)
        pending.value = promise.futureResult
        promise.futureResult.assumeIsolated().whenComplete { _ in self.pending.value = nil }
        queue.async { promise.completeWith(Result { try Self.addresses(host, port) }) }
        return promise.futureResult
    }

    private static func addresses(_ host: String, _ port: Int) throws -> [SocketAddress] {
        var hints = addrinfo()
        #if canImport(Darwin)
        hints.ai_socktype = SOCK_STREAM
        #else
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #endif
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &found)
        guard code == 0 else { throw Failure(description: String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(found) }
        var addresses: [SocketAddress] = []
        var next = found
        while let entry = next?.pointee {
            if let address = entry.ai_addr {
                if entry.ai_family == AF_INET {
                    address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                        var address = SocketAddress($0.pointee)
                        address.port = port
                        addresses.append(address)
                    }
                } else if entry.ai_family == AF_INET6 {
                    address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                        var address = SocketAddress($0.pointee)
                        address.port = port
                        addresses.append(address)
                    }
                }
            }
            next = entry.ai_next
        }
        return addresses
    }
}
