import Foundation

/// One run of a program: what it printed and how it ended.
public struct CommandResult: Sendable {
    public let standardOutput: String
    public let standardError: String
    public let exitCode: Int32

    public init(standardOutput: String, standardError: String, exitCode: Int32) {
        self.standardOutput = standardOutput
        self.standardError = standardError
        self.exitCode = exitCode
    }
}

public enum Command {
    /// Runs a program to its end on a thread of its own.
    ///
    /// - Throws: ``PeerFailure`` where it can't be started.
    public static func run(
        _ arguments: [String], input: String = "", environment: [String: String] = [:],
        directory: String? = nil
    ) async throws -> CommandResult {
        try await Blocking.run {
            try runBlocking(arguments, input: input, environment: environment, directory: directory)
        }
    }

    public static func runBlocking(
        _ arguments: [String], input: String = "", environment: [String: String] = [:],
        directory: String? = nil
    ) throws -> CommandResult {
        let scratch = try TemporaryDirectory("run")
        // Files instead of pipes: nothing to drain, no deadlock.
        let inputFile = try scratch.write("in", input)
        let outputFile = scratch.appending("out")
        let errorFile = scratch.appending("err")
        let files = try [
            Spawn.open(inputFile, O_RDONLY), Spawn.open(outputFile, O_WRONLY | O_CREAT),
            Spawn.open(errorFile, O_WRONLY | O_CREAT),
        ]
        defer { files.forEach { close($0) } }
        let pid = try Spawn.start(
            arguments, environment: environment, directory: directory, input: files[0], output: files[1],
            errors: files[2])
        let exitCode = Spawn.reap(pid, block: true) ?? 127
        func read(_ path: String) throws -> String {
            String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        }
        return CommandResult(
            standardOutput: try read(outputFile), standardError: try read(errorFile), exitCode: exitCode)
    }

    /// Like ``runBlocking(_:input:environment:directory:)``, and fails unless the program ends with 0.
    @discardableResult
    public static func require(_ arguments: [String], input: String = "") throws -> String {
        let result = try runBlocking(arguments, input: input)
        guard result.exitCode == 0 else {
            throw PeerFailure(
                "\(arguments) ended with \(result.exitCode): \(result.standardError)\(result.standardOutput)")
        }
        return result.standardOutput
    }
}

/// Blocking work off the cooperative pool, each piece on a thread of its own.
public enum Blocking {
    public static func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws
        -> Result
    {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                do { continuation.resume(returning: try work()) } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }
}

/// Programs that only root may start are asked for through sudo where the tests run as somebody else.
enum Privilege {
    static let prefix: [String] = getuid() == 0 ? [] : ["sudo", "-n"]
}

/// The programs that this package built, beside the test bundle.
public enum BuiltProgram {
    public static let martlet: String = {
        // …/debug/martletPackageTests.xctest → …/debug/martlet
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
        var directory = URL(fileURLWithPath: bundle).deletingLastPathComponent()
        for _ in 0..<4 {
            let candidate = directory.appendingPathComponent("martlet").path
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
            directory.deleteLastPathComponent()
        }
        return ".build/debug/martlet"
    }()
}
