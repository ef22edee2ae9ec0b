import Foundation
import MailFormat
import Peers
import Testing

/// Random setups and random addresses, put to a real Postfix, to the running Martlet and to `martlet explain`.
///
/// Documentation/compatibility.md, "Addresses", says where they differ on purpose; each difference is asserted here
/// as what it is, and any other fails the test. `MARTLET_SEED` repeats a run, `MARTLET_SETUPS` makes it longer.
@Suite(.serialized) struct AddressParityTests {
    private static let setups =
        ProcessInfo.processInfo.environment["MARTLET_SETUPS"].flatMap { Int($0) } ?? 40
    private static let pathsPerSetup = 60

    @Test func `replies, deliveries and explanations are Postfix's`() async throws {
        var random = SeededGenerator(announcing: "addresses")
        let seeds = (0..<Self.setups).map { $0 == 0 ? random.first : random.next() }
        let server = try await MariaDBServer.shared()
        let database = try await server.makeDatabase()
        let tally = try await withThrowingTaskGroup(of: AddressComparison.Tally.self) { group in
            var waiting = seeds.enumerated().makeIterator()
            func addNext() {
                guard let (number, seed) = waiting.next() else { return }
                group.addTask {
                    let setup = AddressSetup(seed: seed, paths: Self.pathsPerSetup)
                    if Self.setups == 1 { print(setup) }
                    do {
                        let servers = try await AddressServers(
                            setup, number: number, database: database, on: server)
                        return try await AddressComparison(setup: setup, servers: servers, seed: seed).run()
                    } catch {
                        Issue.record("MARTLET_SETUPS=1 MARTLET_SEED=\(seed): \(error)")
                        return AddressComparison.Tally()
                    }
                }
            }
            for _ in 0..<3 { addNext() }
            var tally = AddressComparison.Tally()
            while let one = try await group.next() {
                tally.add(one)
                addNext()
            }
            return tally
        }
        print("addresses: \(tally)")
        #expect(tally.replies == Self.setups * Self.pathsPerSetup)
        // How many there are to choose from is a matter of chance.
        #expect(tally.deliveries >= tally.replies / 8, "too few deliveries were compared")
    }
}

extension SeededGenerator {
    /// The seed itself: what a failed setup names can be given as MARTLET_SEED with MARTLET_SETUPS=1.
    fileprivate var first: UInt64 {
        ProcessInfo.processInfo.environment["MARTLET_SEED"].flatMap { UInt64($0) }
            ?? UInt64.random(in: 1...UInt64(UInt32.max))
    }
}
