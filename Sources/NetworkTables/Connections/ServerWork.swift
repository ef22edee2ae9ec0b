import DequeModule
import NIOCore
import NIOPosix

/// What the event loop of a server has: requests that wait, and connections. Nothing here is used elsewhere.
final class ServerWork<W: Wire> {
    private let address: ServerAddress
    private let wire: W
    private let limits: ServerLimits
    private let eventLoop: any EventLoop
    private let resolver: ServerResolver

    private var queue = ExchangeQueue<W>()
    /// Requests that were lost with a connection. They get one that is fresh: the server may be about to close
    /// others too.
    private var retries: Deque<Exchange<W>> = []
    private var connections: [ServerConnection<W>] = []
    /// Connections on their way.
    private var opening = 0
    /// Connections in a row that broke before their first reply.
    private var fruitless = 0
    private var rest: (end: NIODeadline, trouble: ServerTrouble)?
    private var isTicking = false
    private var isClosed = false

    init(_ address: ServerAddress, wire: W, limits: ServerLimits, eventLoop: any EventLoop) {
        self.address = address
        self.wire = wire
        self.limits = limits
        self.eventLoop = eventLoop
        resolver = ServerResolver(eventLoop: eventLoop)
    }

    // MARK: Requests

    func take(_ arrivals: [ServerPool<W>.Arrival]) {
        for arrival in arrivals { queue.add(arrival) }
        dispatch()
    }

    private var isWaiting: Bool { !queue.isEmpty || !retries.isEmpty }

    /// Gives what waits to connections, and opens some where there are too few.
    func dispatch() {
        guard isWaiting else { return }
        for connection in connections where connection.room > 0 {
            if !connection.hasReplied, !retries.isEmpty {
                let count = min(connection.room, retries.count)
                connection.send(Array(retries.prefix(count)))
                retries.removeFirst(count)
            } else if !queue.isEmpty {
                connection.send(queue.take(connection.room))
            }
        }
        if isWaiting { openSome() }
        tick()
    }

    private func openSome() {
        if let rest, rest.end > .now() {
            if connections.isEmpty, opening == 0 { failAll(rest.trouble) }
            return
        }
        let useful =
            Self.quotient(queue.count, wire.window) + Self.quotient(retries.count, wire.window) - opening
        let possible = limits.connections - connections.count - opening
        for _ in 0..<max(0, min(useful, possible)) { open() }
    }

    private static func quotient(_ count: Int, _ divisor: Int) -> Int { (count + divisor - 1) / divisor }

    private func fail(_ exchanges: some Sequence<Exchange<W>>, _ trouble: ServerTrouble) {
        for exchange in exchanges { exchange.end(.failure(trouble)) }
    }

    private func failAll(_ trouble: ServerTrouble) {
        let lost = retries
        retries = []
        fail(lost, trouble)
        fail(queue.take(.max), trouble)
    }

    func close() {
        isClosed = true
        rest = (.distantFuture, .stopping)
        failAll(.stopping)
        for connection in connections { connection.close(.stopping) }
    }

    // MARK: Connections

    private func open() {
        opening += 1
        let (wire, box) = (wire, NIOLoopBound(self, eventLoop: eventLoop))
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(limits.connect))
            .resolver(resolver)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        ServerConnection(wire: wire, work: box.value, channel: channel))
                }
            }
        let channel: EventLoopFuture<any Channel>
        switch address {
        case .inet(let host, let port):
            let bootstrap = bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1)
            if let numeric = try? SocketAddress(ipAddress: host, port: port) {
                channel = bootstrap.connect(to: numeric)
            } else {
                channel = bootstrap.connect(host: host, port: port)
            }
        case .unix(let path): channel = bootstrap.connect(unixDomainSocketPath: path)
        }
        channel.assumeIsolated().whenComplete { self.opened($0) }
    }

    private func opened(_ result: Result<any Channel, any Error>) {
        opening -= 1
        switch result {
        case .failure(let error):
            unreachable(ServerTrouble(.unreachable, "connect to \(address): \(SystemWords.of(error))"))
        case .success(let channel):
            let handler = try? channel.pipeline.syncOperations.handler(type: ServerConnection<W>.self)
            // One that has ended in the meantime has been dealt with already.
            if let connection = handler, connection.isOpen {
                if isClosed { return connection.close(.stopping) }
                connections.append(connection)
            }
            dispatch()
        }
    }

    /// Leaves the server alone for a while. What waits is left to the connections that are there, or fails.
    private func unreachable(_ trouble: ServerTrouble) {
        if !isClosed { rest = (.now() + TimeAmount(limits.rest), trouble) }
        if connections.isEmpty, opening == 0 { return failAll(trouble) }
        queue.putBack(retries)
        retries = []
        dispatch()
    }

    /// What had no reply is asked again on another connection. The first without a reply may be what broke this one:
    /// it is tried twice; the others are only late. With a server that stayed silent all have waited long enough.
    func ended(
        _ connection: ServerConnection<W>, _ unanswered: Deque<Exchange<W>>, _ trouble: ServerTrouble
    ) {
        connections.removeAll { $0 === connection }
        if connection.hasReplied {
            fruitless = 0
        } else if trouble.kind != .closedHere {
            fruitless += 1
        }
        var unanswered = unanswered
        if trouble.kind == .silent || trouble.kind == .closedHere {
            fail(unanswered, trouble)
            unanswered = []
        }
        if let suspect = unanswered.popFirst() {
            suspect.losses += 1
            if trouble.kind != .lost || suspect.losses > 1 || suspect.deadline <= .now() {
                suspect.end(.failure(trouble))
            } else {
                retries.append(suspect)
            }
        }
        queue.putBack(unanswered)
        if fruitless >= limits.connections {
            fruitless = 0
            return unreachable(trouble)
        }
        dispatch()
    }

    // MARK: Time

    /// Looks after deadlines and idle connections while there are any.
    private func tick() {
        guard !isTicking else { return }
        isTicking = true
        let shortest = min(limits.patience, limits.silence, limits.idle)
        let pause = min(max(shortest / 8, .milliseconds(5)), .seconds(1))
        eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(pause)) {
            self.isTicking = false
            self.lookAfterTime(.now())
            self.dispatch()
            if self.isWaiting || !self.connections.isEmpty { self.tick() }
        }
    }

    private func lookAfterTime(_ now: NIODeadline) {
        let late = ServerTrouble(.lost, "\(address) did not answer within \(limits.patience)")
        if let deadline = queue.nextDeadline, deadline <= now { fail(queue.takeExpired(now), late) }
        while let first = retries.first, first.deadline <= now {
            retries.removeFirst()
            first.end(.failure(late))
        }
        for connection in connections {
            if connection.isSilent(now, limit: TimeAmount(limits.silence)) {
                connection.close(
                    ServerTrouble(.silent, "\(address) did not answer within \(limits.silence)"))
            } else if let deadline = connection.nextDeadline {
                if deadline <= now { connection.close(late) }
            } else if connection.waitingSince + TimeAmount(limits.idle) <= now {
                connection.close(ServerTrouble(.closedHere, "idle"))
            }
        }
    }
}
