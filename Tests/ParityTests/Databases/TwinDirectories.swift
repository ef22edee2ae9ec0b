import Foundation
import Peers

/// Two directories with the same files: in one works Postfix, in the other Martlet, by the same command lines.
struct TwinDirectories {
    let theirs: TemporaryDirectory
    let ours: TemporaryDirectory
    private let configuration: TemporaryDirectory

    init(mainCf: String = "") throws {
        theirs = try TemporaryDirectory("pfx")
        ours = try TemporaryDirectory("mlt")
        configuration = try TemporaryDirectory("cf")
        // A file that was written just now is read again and again by Postfix.
        try RealPostmap.age(
            try configuration.write("main.cf", "compatibility_level = 3.6\nmyhostname = mx.example.test\n" + mainCf))
        try configuration.write("master.cf", "")
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

    /// - Parameter command: `postmap`, `postalias` or `newaliases`, and its arguments.
    func run(
        _ program: Program, _ command: [String], in directory: TemporaryDirectory, input: String = ""
    ) async throws -> CommandResult {
        try await Command.run(
            program == .postfix ? command : [BuiltProgram.martlet] + command, input: input,
            environment: ["MAIL_CONFIG": configuration.path, "LANG": "C"], directory: directory.path)
    }

    /// Postfix in its directory, Martlet in its own.
    func both(_ command: [String], input: String = "") async throws -> (theirs: CommandResult, ours: CommandResult) {
        async let one = run(.postfix, command, in: theirs, input: input)
        async let other = run(.martlet, command, in: ours, input: input)
        return (try await one, try await other)
    }

    func mode(_ name: String, in directory: TemporaryDirectory) -> mode_t? {
        var status = stat()
        return stat(directory.appending(name), &status) == 0 ? status.st_mode & 0o7777 : nil
    }
}
