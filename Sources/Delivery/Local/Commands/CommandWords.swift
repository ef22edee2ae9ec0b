import Foundation

/// How a command of an alias or of main.cf is run: by itself where it is plain words and a program, else by a shell.
struct CommandWords {
    /// What no shell reads anything into.
    private static let plain = Set(
        "1234567890!@%-_=+:,./abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ \t".utf8)

    let arguments: [String]

    /// - Parameter shell: `local_command_shell`, which gets every command as its last argument.
    init(_ command: String, shell: String = "") {
        let words = Self.split(command)
        if !shell.isEmpty {
            arguments = Self.split(shell) + [command]
        } else if let program = words.first, command.utf8.allSatisfy(Self.plain.contains),
            program.contains("/") || Self.file(of: program) != nil
        {
            arguments = words
        } else {
            arguments = ["/bin/sh", "-c", command]
        }
    }

    init(arguments: [String]) { self.arguments = arguments }

    private static func split(_ text: String) -> [String] {
        text.split { $0 == " " || $0 == "\t" }.map(String.init)
    }

    private static func file(of program: String) -> String? {
        if program.contains("/") { return program }
        return CommandEnvironment.path.split(separator: ":").lazy.map { "\($0)/\(program)" }
            .first { access($0, X_OK) == 0 }
    }

    /// Why the program cannot be run with the rights that this thread has, as an `errno`; nil where it can.
    func obstacle() -> CInt? {
        guard let program = arguments.first, let file = Self.file(of: program) else { return ENOENT }
        var status = stat()
        guard stat(file, &status) == 0 else { return errno }
        guard status.st_mode & S_IFMT == S_IFREG, faccessat(AT_FDCWD, file, X_OK, AT_EACCESS) == 0 else {
            return EACCES
        }
        return nil
    }
}
