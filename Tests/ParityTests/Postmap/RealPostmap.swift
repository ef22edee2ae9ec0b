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
        case found(ExactKey), notFound, failed
    }

    /// Asks one process for the keys that should work. Postfix ends at the first that fails, loses what it had found
    /// and sleeps a second, so those that should fail are asked singly and side by side, and so are all where the
    /// expectation was wrong.
    ///
    /// - Parameters:
    ///   - keys: each once, without line ends.
    ///   - failing: those of the keys that should fail.
    func ask(
        _ keys: [String], of map: String, failing: Set<ExactKey> = []
    ) async throws -> [ExactKey: Outcome] {
        let working = keys.filter { !failing.contains(ExactKey($0)) }
        let result = try await Blocking.run {
            try run(["-q", "-", map], input: working.map { $0 + "\n" }.joined())
        }
        guard !Self.hasFailed(result) else { return try await askSingly(keys, of: map) }
        var outcomes = try await askSingly(failing.map(\.text), of: map)
        for key in working { outcomes[ExactKey(key)] = .notFound }
        for line in result.standardOutput.utf8.split(separator: 10) {
            let parts = line.split(separator: 9, maxSplits: 1, omittingEmptySubsequences: false)
            outcomes[ExactKey(String(parts[0]) ?? "")] = .found(ExactKey(String(parts[1]) ?? ""))
        }
        return outcomes
    }

    private func askSingly(_ keys: [String], of map: String) async throws -> [ExactKey: Outcome] {
        try await withThrowingTaskGroup(of: (ExactKey, Outcome).self) { group in
            var outcomes: [ExactKey: Outcome] = [:]
            for (number, key) in keys.enumerated() {
                if number >= 32, let (key, outcome) = try await group.next() { outcomes[key] = outcome }
                group.addTask {
                    let result = try await Blocking.run { try run(["-q", key, map]) }
                    let value = ExactKey(String(result.standardOutput.dropLast()))
                    return (
                        ExactKey(key),
                        Self.hasFailed(result) ? .failed : result.exitCode == 0 ? .found(value) : .notFound
                    )
                }
            }
            for try await (key, outcome) in group { outcomes[key] = outcome }
            return outcomes
        }
    }

    /// It says so, or it crashed: ldap_table(5) with several special values, one of them no name, does that.
    private static func hasFailed(_ result: CommandResult) -> Bool {
        result.standardError.contains("postmap: fatal:") || result.exitCode > 1
    }

    func run(_ arguments: [String], input: String = "") throws -> CommandResult {
        try Command.runBlocking(
            ["postmap"] + arguments, input: input, environment: ["MAIL_CONFIG": directory.path, "LANG": "C"])
    }

    /// Runs a program with bytes for its input.
    func run(_ program: [String], input: [UInt8]) throws -> CommandResult {
        let file = try TemporaryDirectory("keys")
        try Data(input).write(to: URL(fileURLWithPath: file.appending("in")))
        return try Command.runBlocking(
            ["sh", "-c", "exec \"$@\" <\"$0\"", file.appending("in")] + program,
            environment: ["MAIL_CONFIG": directory.path, "LANG": "C"])
    }

    /// Postfix reads a file that was written just now again and again until it is a second old.
    static func age(_ path: String) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -100)], ofItemAtPath: path)
    }

    var configDirectory: String { directory.path }
}
