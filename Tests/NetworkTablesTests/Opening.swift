import Logging
import LookupTables
import Peers
import PostfixConfig

@testable import NetworkTables

/// Opens tables of the kinds that are asked over a network.
struct Opening {
    let servers = NetworkServers()
    let log = LogRecorder()
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory("net") }

    func table(_ specification: String, limits: ServerLimits = ServerLimits()) throws -> any LookupTable {
        let opener = TableOpener(
            configuration: try Configuration(
                directory: directory.path, values: ["queue_directory": directory.path]),
            drivers: [
                TCPTableDriver(servers: servers, limits: limits),
                SocketmapDriver(servers: servers, limits: limits),
                MemcacheDriver(servers: servers),
            ], logger: log.logger("postmap"))
        return try opener.openOrFail(specification)
    }

    func memcache(_ settings: String) throws -> any LookupTable {
        try table("memcache:" + directory.write("\(UInt32.random(in: 0 ... .max)).cf", settings + "\n"))
    }
}

/// How a lookup ended.
enum Outcome: Hashable {
    case found(String), absent
    case failed(String)

    static func of(_ key: String, in table: any LookupTable) async -> Outcome {
        do throws(LookupFailure) {
            return try await table.lookup(key).map { .found($0) } ?? .absent
        } catch {
            return .failed(error.reason)
        }
    }
}
