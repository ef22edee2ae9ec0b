import Foundation
import Logging
import LookupTables
import Peers
import PostfixConfig

/// A table of one of the compiled kinds, in a directory of its own.
struct MadeTable {
    let kind: DatabaseKind
    let directory: TemporaryDirectory
    var name: String { directory.appending("table") }
    var file: String { kind.file(of: name) }
    var specification: String { "\(kind.rawValue):\(name)" }
    let log = LogRecorder()

    init(_ kind: DatabaseKind, _ entries: [(String, String)] = []) throws {
        self.kind = kind
        directory = try TemporaryDirectory("db")
        if !entries.isEmpty { try make(entries) }
    }

    var opener: TableOpener {
        get throws {
            TableOpener(
                configuration: try Configuration(directory: "/nonexistent", values: [:]),
                logger: log.logger("test"))
        }
    }

    func make(_ entries: [(String, String)], _ plan: DraftPlan = DraftPlan()) throws {
        let draft = try DatabaseDriver(kind).draft(of: name, plan, for: try opener)
        for (key, value) in entries { try draft.add(Array(key.utf8), Array(value.utf8), replaces: false) }
        try draft.finish()
    }

    /// An opened table, as the server has it.
    func table() throws -> any StoredTable {
        guard let table = try opener.openOrFail(specification) as? any StoredTable else {
            throw PeerFailure("\(specification) keeps no bytes")
        }
        return table
    }

    func entries() throws -> [String: String] {
        var entries: [String: String] = [:]
        try table().forEachEntry {
            entries[String(decoding: $0, as: UTF8.self)] = String(decoding: $1, as: UTF8.self)
        }
        return entries
    }

    /// Short and long keys and values, enough for several pages, levels and chains.
    static func someEntries(_ count: Int) -> [(String, String)] {
        (0..<count).map { number in
            let key = "k\(number)" + String(repeating: "x", count: number % 17 == 0 ? number % 400 : 0)
            return (key, "v\(number)" + String(repeating: "y", count: number % 23 == 0 ? 9_000 : number % 50))
        }
    }
}
