import LookupTables
import Synchronization

/// The databases of a setup, looked at once: the rule that asks first starts it, the others wait for the same.
final class SharedDatabases: Sendable {
    private let probing = Mutex<Task<[ProbedDatabase], Never>?>(nil)

    func databases(of setup: Setup) async -> [ProbedDatabase] {
        let task = probing.withLock { probing in
            if let probing { return probing }
            let task = Task { await Self.probe(setup) }
            probing = task
            return task
        }
        return await task.value
    }

    private static func probe(_ setup: Setup) async -> [ProbedDatabase] {
        var groups: [(pool: SQLPool, maps: [ProbedMap])] = []
        for map in setup.maps
        where ["mysql", "pgsql", "sqlite"].contains(map.type) && !setup.disabled.contains(map.specification) {
            guard let table = setup.opener.open(map.specification) as? SQLTable else { continue }
            let probed = ProbedMap(map: map, table: table)
            if let index = groups.firstIndex(where: { $0.pool === table.pool }) {
                groups[index].maps.append(probed)
            } else {
                groups.append((table.pool, [probed]))
            }
        }
        let probed = await groups.enumerated().map { $0 }.mapSideBySide(width: 4) { number, group in
            (number, await DatabaseProbe(group.pool, group.maps).run())
        }
        return probed.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
