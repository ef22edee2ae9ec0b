import Testing

@testable import LookupTables

/// Which host is tried next: mysql_table(5), "hosts".
@Suite struct HostRotaTests {
    private let socket = DatabaseHost(.unix(path: "/s"), description: "unix:/s")
    private let other = DatabaseHost(.unix(path: "/o"), description: "unix:/o")
    private let near = DatabaseHost(.inet(name: "near", port: nil), description: "near")
    private let far = DatabaseHost(.inet(name: "far", port: nil), description: "far")

    @Test func socketsComeBeforeNetworks() {
        for _ in 0..<20 {
            let order = HostRota([far, socket, near, other]).candidates(.now)
            #expect(Set(order.prefix(2)) == [socket, other])
            #expect(Set(order.suffix(2)) == [near, far])
        }
    }

    @Test func withinAClassChanceDecides() {
        let firsts = Set((0..<200).compactMap { _ in HostRota([near, far]).candidates(.now).first })
        #expect(firsts == [near, far])
    }

    @Test func activeHostsComeFirst() {
        var rota = HostRota([socket, near, far])
        rota.opened(far)
        #expect(rota.candidates(.now).prefix(2) == [far, socket])
        rota.closed(far)
        #expect(rota.candidates(.now).first == socket)
    }

    @Test func whatFailedRestsWhileThereIsAnother() {
        var rota = HostRota([socket, near])
        var settings = PoolSettings()
        settings.retry = .seconds(60)
        rota.failed(socket, "gone", took: .zero, settings: settings)
        #expect(rota.candidates(.now) == [near])
        #expect(rota.candidates(.now + .seconds(61)) == [socket, near])
    }

    @Test func whenAllRestEachIsTriedSooner() {
        var rota = HostRota([socket, near])
        let settings = PoolSettings()
        rota.failed(socket, "gone", took: .zero, settings: settings)
        rota.failed(near, "hangs", took: .seconds(5), settings: settings)
        #expect(rota.candidates(.now) == [])
        #expect(rota.candidates(.now + .seconds(2)) == [socket])
        #expect(rota.candidates(.now + .seconds(21)) == [socket, near])
        #expect(rota.reasons == "unix:/s: gone; near: hangs")
    }
}
