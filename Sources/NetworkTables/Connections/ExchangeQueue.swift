import DequeModule
import NIOCore

/// The requests that wait for a connection, oldest first. Equal ones wait as one.
struct ExchangeQueue<W: Wire> {
    private var exchanges: Deque<Exchange<W>> = []
    private var shareable: [[UInt8]: Exchange<W>] = [:]

    var isEmpty: Bool { exchanges.isEmpty }
    var count: Int { exchanges.count }
    var nextDeadline: NIODeadline? { exchanges.first?.deadline }

    mutating func add(_ arrival: ServerPool<W>.Arrival) {
        if arrival.isShareable, let earlier = shareable[arrival.request] {
            return earlier.share(with: arrival)
        }
        let exchange = Exchange<W>(arrival)
        exchanges.append(exchange)
        if arrival.isShareable { shareable[arrival.request] = exchange }
    }

    /// Puts back, before all others, what had been taken out.
    mutating func putBack(_ exchanges: some BidirectionalCollection<Exchange<W>>) {
        for exchange in exchanges.reversed() { self.exchanges.prepend(exchange) }
    }

    /// Takes the oldest out, at most so many.
    mutating func take(_ limit: Int) -> [Exchange<W>] {
        let taken = Array(exchanges.prefix(limit))
        exchanges.removeFirst(taken.count)
        for exchange in taken where shareable[exchange.request] === exchange {
            shareable[exchange.request] = nil
        }
        return taken
    }

    /// Takes out those whose time is up.
    mutating func takeExpired(_ now: NIODeadline) -> [Exchange<W>] {
        take(exchanges.firstIndex { $0.deadline > now } ?? exchanges.count)
    }
}
