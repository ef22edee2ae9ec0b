import Foundation
import Peers

/// Two directories with the same files: in one works Postfix, in the other Martlet, by the same command
/// lines.
struct TwinDirectories {
    let theirs: TemporaryDirectory
    let ours: TemporaryDirectory
    private let configurations: [String: TemporaryDirectory]

    /// - Parameter mainCf: further lines of main.cf; `D/` stands for the directory.
    init(mainCf: String = "") throws {
        theirs = try TemporaryDirectory("pfx")
        ours = try TemporaryDirectory("mlt")
        var configurations: [String: TemporaryDirectory] = [:]
        for directory in [theirs, ours] {
            let configuration = try TemporaryDirectory("cf")
            let lines = "compatibility_level = 3.6\nmyhostname = mx.example.test\n" + mainCf
            // A file that was written just now is read again and again by Postfix.
            try RealPostmap.age(try configuration.write("main.cf", Self.placed(lines, in: directory)))
            try configuration.write("master.cf", "")
            configurations[directory.path] = configuration
        }
        self.configurations = configurations
    }

    private static func placed(_ text: String, in directory: TemporaryDirectory) -> String {
        text.replacingOccurrences(of: "D/", with: directory.path + "/")
    }

    func write(_ name: String, _ bytes: [UInt8], mode: mode_t = 0o644) throws {
        for directory in [theirs, ours] {
            let path = directory.appending(name)
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            chmod(path, mode)
            try RealPostmap.age(path)
        }
    }

    func write(_ name: String, _ text: String, mode: mode_t = 0o644) throws {
        try write(name, Array(text.utf8), mode: mode)
    }

    enum Program { case postfix, martlet }

    /// - Parameter command: `postmap`, `postalias` or `newaliases`, and its arguments; `D/` stands for the directory,
    ///   in what is printed as well.
    func run(
        _ program: Program, _ command: [String], in directory: TemporaryDirectory, input: String = ""
    ) async throws -> CommandResult {
        let command = command.map { Self.placed($0, in: directory) }
        let result = try await Command.run(
            program == .postfix ? command : [BuiltProgram.martlet] + command, input: input,
            environment: ["MAIL_CONFIG": configurations[directory.path]?.path ?? "", "LANG": "C"],
            directory: directory.path)
        func unplaced(_ text: String) -> String {
            text.replacingOccurrences(of: directory.path + "/", with: "D/")
        }
        return CommandResult(
            standardOutput: unplaced(result.standardOutput), standardError: unplaced(result.standardError),
            exitCode: result.exitCode)
    }

    /// Postfix in its directory, Martlet in its own.
    func both(_ command: [String], input: String = "") async throws -> (
        theirs: CommandResult, ours: CommandResult
    ) {
        async let one = run(.postfix, command, in: theirs, input: input)
        async let other = run(.martlet, command, in: ours, input: input)
        return (try await one, try await other)
    }

    func mode(_ name: String, in directory: TemporaryDirectory) -> mode_t? {
        var status = stat()
        return stat(directory.appending(name), &status) == 0 ? status.st_mode & 0o7777 : nil
    }
}
