import Foundation
import LookupTables
import Peers
import PostfixConfig
import Synchronization

@testable import MongoDBTable

/// Maps that ask a scripted server, in a directory of their own.
struct MongoDBFixture {
    let directory: TemporaryDirectory
    let pools = DatabasePools()
    let log = LogRecorder()
    let opener: TableOpener

    init() throws {
        directory = try TemporaryDirectory("mongo")
        var limits = LookupThreadLimits()
        // On a busy machine a lookup may take long, and that is not what a test is about.
        limits.patience = .seconds(600)
        opener = TableOpener(
            configuration: try Configuration(directory: directory.path, values: [:]),
            drivers: [MongoDBDriver(pools: pools, limits: limits)], logger: log.logger("test"))
    }

    static let filter =
        "query_filter = {\"$or\": [{\"username\": \"%s\"}, {\"alias.address\": \"%s\"}], \"active\": 1}\n"

    func table(
        _ uri: String, _ settings: String = filter + "result_attribute = username"
    ) throws -> any LookupTable {
        let path = try directory.write(
            "\(UUID().uuidString).cf", "uri = \(uri)\ndbname = mail\ncollection = mailbox\n\(settings)\n")
        return try opener.openOrFail("mongodb:\(path)")
    }
}

func outcome(_ table: any LookupTable, _ key: String) async -> Result<String?, LookupFailure> {
    do throws(LookupFailure) {
        return .success(try await table.lookup(key))
    } catch {
        return .failure(error)
    }
}

extension Result where Failure == LookupFailure {
    var failure: LookupFailure? { if case .failure(let failure) = self { failure } else { nil } }
}

/// Keeps what was asked.
final class Recorder: LookupObserver {
    private let asked = Mutex<[(statement: String, host: String)]>([])

    func asked(statement: String, host: String, duration: Duration) {
        asked.withLock { $0.append((statement, host)) }
    }

    var statements: [String] { asked.withLock { $0.map(\.statement) } }
    var hosts: [String] { asked.withLock { $0.map(\.host) } }
}
