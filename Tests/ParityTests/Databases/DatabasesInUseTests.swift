import Foundation
import Logging
import LookupTables
import Peers
import PostfixConfig
import Testing

/// One program looks up while the other makes the table again and again.
@Suite struct DatabasesInUseTests {
    private static let keys = (0..<300).map { "key\($0)" }

    private func source(version: Int) -> String { Self.keys.map { "\($0) \(version)\n" }.joined() }

    /// Postfix writes `hash:` and `btree:` in place under a lock, `lmdb:` in place in a transaction, `cdb:`
    /// anew.
    @Test(arguments: DatabaseKind.allCases)
    func martletLooksUpWhilePostfixWrites(kind: DatabaseKind) async throws {
        let twins = try TwinDirectories()
        let map = "\(kind.rawValue):map"
        try twins.write("map", source(version: 0))
        _ = try await twins.run(.postfix, ["postmap", map], in: twins.theirs)
        let opener = TableOpener(
            configuration: try Configuration(directory: "/nonexistent", values: [:]),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let table = try opener.openOrFail("\(kind.rawValue):\(twins.theirs.appending("map"))")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for version in 1...12 {
                    try twins.write("map", source(version: version))
                    let result = try await twins.run(.postfix, ["postmap", map], in: twins.theirs)
                    #expect(result.exitCode == 0, "\(result.standardError)")
                }
            }
            for _ in 0..<2 {
                group.addTask {
                    var newest = 0
                    while newest < 12 {
                        for key in Self.keys.shuffled().prefix(50) {
                            let version = try #require(try await table.lookup(key).flatMap(Int.init))
                            #expect(version >= newest)
                            newest = version
                        }
                        try await Task.sleep(for: .milliseconds(1))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test(arguments: DatabaseKind.allCases)
    func postfixLooksUpWhileMartletWrites(kind: DatabaseKind) async throws {
        let twins = try TwinDirectories()
        let map = "\(kind.rawValue):map"
        try twins.write("map", source(version: 0))
        _ = try await twins.run(.martlet, ["postmap", map], in: twins.ours)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for version in 1...6 {
                    try twins.write("map", source(version: version))
                    let result = try await twins.run(.martlet, ["postmap", map], in: twins.ours)
                    #expect(result.exitCode == 0, "\(result.standardError)")
                }
            }
            group.addTask {
                var newest = ""
                while newest != "6" {
                    let input = Self.keys.map { $0 + "\n" }.joined()
                    let result = try await twins.run(
                        .postfix, ["postmap", "-q", "-", map], in: twins.ours, input: input)
                    let lines = result.standardOutput.split(separator: "\n")
                    let versions = Set(lines.map { $0.split(separator: "\t")[1] })
                    #expect(lines.count == Self.keys.count, "\(result.standardError)")
                    #expect(versions.count == 1)
                    newest = String(versions.first ?? "6")
                }
            }
            try await group.waitForAll()
        }
    }

    /// `postmap` as root takes the rights of a source's owner, and gives the table to them.
    @Test(arguments: DatabaseKind.allCases)
    func aTableBelongsToItsSourcesOwner(kind: DatabaseKind) async throws {
        guard getuid() == 0, let games = getpwnam("games")?.pointee else { return }
        let twins = try TwinDirectories()
        let map = "\(kind.rawValue):map"
        try twins.write("map", "a b\n", mode: 0o640)
        for directory in [twins.theirs, twins.ours] {
            chown(directory.appending("map"), games.pw_uid, games.pw_gid)
        }
        // In a directory that the owner may not write, nobody writes for them.
        let refused = try await twins.both(["postmap", map])
        #expect(refused.theirs.exitCode == 1)
        #expect(refused.ours.standardError == refused.theirs.standardError)
        for directory in [twins.theirs, twins.ours] { chmod(directory.path, 0o777) }
        for command in [["postmap", map], ["postmap", "-o", map], ["postmap", map]] {
            let done = try await twins.both(command)
            #expect(done.ours.standardError == done.theirs.standardError)
            #expect(done.ours.exitCode == done.theirs.exitCode)
            var (one, other) = (stat(), stat())
            #expect(stat(twins.theirs.appending("map\(kind.suffix)"), &one) == 0)
            #expect(stat(twins.ours.appending("map\(kind.suffix)"), &other) == 0)
            #expect(
                (one.st_uid, one.st_gid, one.st_mode) == (other.st_uid, other.st_gid, other.st_mode),
                "\(command)")
        }
    }
}
