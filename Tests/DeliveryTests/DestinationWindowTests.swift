import MailFormat
import MailQueue
import Testing

@testable import Delivery

@Suite struct DestinationWindowTests {
    private static let away = Deferral(
        status: EnhancedStatusCode(.persistentTransientFailure, 4, 1), reason: "connect to x: refused")
    private let start = ContinuousClock.now

    private func window(limit: Int = 20, initial: Int = 5) -> DestinationWindow<Int> {
        DestinationWindow(limit: limit, initial: initial, rest: .seconds(300))
    }

    @Test func `it begins narrow and widens with success up to its limit`() {
        var destination = window(limit: 8)
        for _ in 0..<5 { #expect(destination.enter(now: start) == .go) }
        #expect(destination.enter(now: start) == .wait)
        var widest = 5
        for _ in 0..<200 {
            _ = destination.succeeded()
            while destination.enter(now: start) == .go {}
            widest = max(widest, destination.active)
        }
        #expect(widest == 8)
    }

    @Test func `who waits goes in order when a turn is free`() {
        var destination = window(initial: 1)
        #expect(destination.enter(now: start) == .go)
        for waiter in 1...3 {
            #expect(destination.enter(now: start) == .wait)
            destination.queue(waiter)
        }
        // One turn is free and the window has grown by one.
        #expect(destination.succeeded() == [1, 2])
        #expect(destination.succeeded() == [3])
    }

    @Test func `after a window full of failures it rests and everybody is deferred`() {
        var destination = window(initial: 2)
        #expect(destination.enter(now: start) == .go)
        #expect(destination.enter(now: start) == .go)
        destination.queue(7)
        destination.queue(8)
        let first = destination.failed(Self.away, now: start)
        #expect(first.deferred.isEmpty)
        #expect(first.next == [7])
        let second = destination.failed(Self.away, now: start)
        #expect(second.deferred == [8])
        #expect(second.next.isEmpty)
        _ = destination.failed(Self.away, now: start)
        #expect(destination.enter(now: start + .seconds(299)) == .resting(Self.away))
        #expect(!destination.isForgettable(now: start + .seconds(299)))
        #expect(destination.enter(now: start + .seconds(300)) == .go)
    }

    @Test func `a success in between forgives failures`() {
        var destination = window(initial: 3)
        for _ in 0..<50 {
            #expect(destination.enter(now: start) == .go)
            _ = destination.failed(Self.away, now: start)
            #expect(destination.enter(now: start) == .go)
            _ = destination.succeeded()
        }
        #expect(destination.enter(now: start) == .go)
    }

    @Test(arguments: [
        (Duration.zero, "0"), (.milliseconds(9), "0"), (.milliseconds(10), "0.01"),
        (.milliseconds(100), "0.1"),
        (.milliseconds(994), "0.99"), (.milliseconds(1000), "1"), (.milliseconds(1340), "1.3"),
        (.milliseconds(9940), "9.9"), (.seconds(10), "10"), (.milliseconds(27_400), "27"),
        (.seconds(86_400), "86400"), (.seconds(-1), "0"),
    ])
    func `delays have two digits`(duration: Duration, text: String) {
        #expect(DeliveryTimes.format(duration) == text)
    }

    @Test(
        arguments: [
            ("unix:private/dovecot-lmtp", LMTPDestination.unix("private/dovecot-lmtp")),
            ("unix:/run/x", .unix("/run/x")), ("inet:127.0.0.1:24", .inet(host: "127.0.0.1", port: 24)),
            ("inet:host", .inet(host: "host", port: 2003)), ("host:25", .inet(host: "host", port: 25)),
            ("[::1]:24", .inet(host: "::1", port: 24)), ("inet:[IPv6:::1]", .inet(host: "::1", port: 2003)),
            ("[mail.example.org]", .inet(host: "mail.example.org", port: 2003)),
            ("", nil), ("unix:", nil), ("host:0", nil), ("host:x", nil), ("[::1", nil), ("host:70000", nil),
            ("[]:1", nil),
            ("a, b", nil),
        ] as [(String, LMTPDestination?)])
    func `next hops are read as lmtp(8) has them`(text: String, destination: LMTPDestination?) {
        #expect(LMTPDestination(text, defaultPort: 2003) == destination)
    }
}
