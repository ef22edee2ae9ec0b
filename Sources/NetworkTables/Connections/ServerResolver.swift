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
/// this host, and the time limit of the connection that asks holds meanwhile.
final class ServerResolver: Resolver, Sendable {
    private let queue: DispatchQueue
    private let eventLoop: any EventLoop

    init(queue: DispatchQueue, eventLoop: any EventLoop) {
        self.queue = queue
        self.eventLoop = eventLoop
    }

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        resolve(host, port, family: AF_INET)
    }

    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        resolve(host, port, family: AF_INET6)
    }

    func cancelQueries() {}

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private func resolve(_ host: String, _ port: Int, family: Int32) -> EventLoopFuture<[SocketAddress]> {
        let promise = eventLoop.makePromise(of: [SocketAddress].self)
        queue.async { promise.completeWith(Result { try Self.addresses(host, port, family: family) }) }
        return promise.futureResult
    }

    private static func addresses(_ host: String, _ port: Int, family: Int32) throws -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_family = family
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
