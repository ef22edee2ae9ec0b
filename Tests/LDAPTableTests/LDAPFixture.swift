import Foundation
import Logging
import LookupTables
import Peers
import PostfixConfig

@testable import LDAPTable

/// Maps that ask directories, in a directory of their own.
struct LDAPFixture {
    let directory: TemporaryDirectory
    let pools = DatabasePools()
    let log = LogRecorder()
    let opener: TableOpener

    init(limits: LookupThreadLimits = .unhurried, parameters: [String: String] = [:]) throws {
        directory = try TemporaryDirectory("ldap")
        opener = TableOpener(
            configuration: try Configuration(directory: directory.path, values: parameters),
            drivers: [LDAPDriver(pools: pools, limits: limits)], logger: log.logger("test"))
    }

    /// A map with these settings; later ones win.
    func table(
        _ hosts: String, _ settings: String = "query_filter = (mail=%s)\nresult_attribute = maildrop"
    ) throws -> any LookupTable {
        try opener.openOrFail("ldap:\(try definition(hosts, settings))")
    }

    /// - Returns: the path of the map's file.
    func definition(_ hosts: String, _ settings: String) throws -> String {
        try directory.write(
            "\(UUID().uuidString).cf",
            "server_host = \(hosts)\nsearch_base = \(LDAPServer.base)\n\(settings)\n")
    }

    /// k1 … k1000, whose maildrop is v1 …
    static let entries =
        LDAPServer.baseEntry
        + (1...1000).map { LDAPServer.entry("k\($0)", [("mail", "k\($0)"), ("maildrop", "v\($0)")]) }.joined()
}

extension LookupThreadLimits {
    /// On a busy machine a lookup may take long, and that is not what a test is about.
    static var unhurried: LookupThreadLimits {
        var limits = LookupThreadLimits()
        limits.patience = .seconds(600)
        return limits
    }
}

/// Lookups side by side, the outcomes in the keys' order.
func outcomes(_ table: any LookupTable, _ keys: [String]) async -> [Result<String?, LookupFailure>] {
    await withTaskGroup(of: (Int, Result<String?, LookupFailure>).self) { group in
        for (index, key) in keys.enumerated() {
            group.addTask { (index, await outcome(table, key)) }
        }
        var results = [Result<String?, LookupFailure>](repeating: .success(nil), count: keys.count)
        for await (index, result) in group { results[index] = result }
        return results
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

let keys = (1...1000).map { "k\($0)" }
let values = (1...1000).map { Result<String?, LookupFailure>.success("v\($0)") }
