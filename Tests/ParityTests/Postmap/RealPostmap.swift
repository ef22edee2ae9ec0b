import Foundation
import LookupTables
import Peers

/// Postfix's own `postmap`, with an empty main.cf.
struct RealPostmap {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory("pm")
        try Self.age(try directory.write("main.cf", "compatibility_level = 3.6\n"))
        try directory.write("master.cf", "")
    }

    enum Outcome: Hashable {
        case found(String), notFound, failed
    }

    /// Asks one process for all keys; where it gives up at a key, another one goes on behind it.
    ///
    /// - Parameter keys: each once, without line ends.
    func ask(_ keys: [String], of map: String) throws -> [String: Outcome] {
        var outcomes: [String: Outcome] = [:]
        var rest = keys[...]
        while !rest.isEmpty {
            let result = try ask(rest, of: map)
            outcomes.merge(result.found) { $1 }
            guard let failed = result.failed else { break }
            // What had been found until then was lost in its buffer.
            outcomes.merge(try ask(rest[..<failed], of: map).found) { $1 }
            outcomes[rest[failed]] = .failed
            rest = rest[(failed + 1)...]
        }
        for key in keys where outcomes[key] == nil { outcomes[key] = .notFound }
        return outcomes
    }

    private func ask(
        _ keys: ArraySlice<String>, of map: String
    ) throws -> (found: [String: Outcome], failed: Int?) {
        let result = try run(["-q", "-", map], input: keys.map { $0 + "\n" }.joined())
        var found: [String: Outcome] = [:]
        for line in result.standardOutput.split(separator: "\n") {
            let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
            found[String(parts[0])] = .found(String(parts[1]))
        }
        guard result.standardError.contains("fatal:") else { return (found, nil) }
        guard let failed = Self.failedKey(result.standardError, among: keys) else {
            throw PeerFailure("postmap \(map): \(result.standardError)")
        }
        return (found, failed)
    }

    func run(_ arguments: [String], input: String = "") throws -> CommandResult {
        try Command.runBlocking(
            ["postmap"] + arguments, input: input, environment: ["MAIL_CONFIG": directory.path, "LANG": "C"])
    }

    /// Postfix reads a file that was written just now again and again until it is a second old.
    static func age(_ path: String) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -100)], ofItemAtPath: path)
    }

    var configDirectory: String { directory.path }

    /// The key that the last warning before the end names; keys are folded in it.
    private static func failedKey(_ errors: String, among keys: ArraySlice<String>) -> Int? {
        let warnings = errors.split(separator: "\n").filter { $0.contains("Expansion limit exceeded") }
        guard let last = warnings.last, let start = last.range(of: "key")?.upperBound else { return nil }
        let named = last[start...].drop { $0 == ":" || $0 == " " }.dropFirst().dropLast()
        return keys.firstIndex { KeyFolding.lowercase.fold($0) == named }
    }
}
