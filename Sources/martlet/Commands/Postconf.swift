import ArgumentParser
import Foundation
import PostfixConfig

/// `martlet postconf`, which is postconf(1) to the letter; called by that name it is the same.
struct Postconf: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "postconf",
        abstract: "Show and edit main.cf and master.cf, as postconf(1) does.",
        discussion: """
            martlet postconf [-dfhHnopx] [-c DIR] [-C CLASS] [NAME…]   show parameters
            martlet postconf [-e] [-c DIR] NAME=VALUE…                 set them in main.cf
            martlet postconf -X|-# [-c DIR] NAME…                      remove them, or comment them out
            martlet postconf -M|-F|-P [-efhHxX#] [-c DIR] [SERVICE[/TYPE[/FIELD]][=VALUE]…]
                                                                       the services of master.cf
            martlet postconf -m|-l [-c DIR]                            table types, lock types

            Exit codes: 0 done; 1 something is wrong, and standard error says what.
            """)

    @Argument(parsing: .captureForPassthrough, help: "Options and names, as for postconf(1).")
    var arguments: [String] = []

    func run() throws {
        if arguments == ["--help"] { throw CleanExit.helpRequest(Self.self) }
        let status = Self.main(arguments)
        if status != 0 { throw ExitCode(status) }
    }

    /// Runs the command with postconf(1)'s arguments.
    /// - Returns: its exit code.
    static func main(_ arguments: [String]) -> Int32 {
        var output = PostconfOutput()
        do {
            try PostconfRequest(arguments).carryOut(&output)
        } catch let failure as GetOpt.Failure {
            output.print()
            PostconfOutput.complain(failure.description)
            PostconfOutput.complain("fatal: " + PostconfOptions.usage)
            return 1
        } catch {
            output.print()
            for line in Self.lines(of: error) { PostconfOutput.complain(line) }
            return 1
        }
        output.print()
        return 0
    }

    private static func lines(of error: any Error) -> [String] {
        switch error {
        case let error as ExpansionError: ["warning: \(error.description)", "fatal: macro processing error"]
        default: ["fatal: \(error)"]
        }
    }
}

/// Why postconf ends: the text after `fatal: `.
struct PostconfFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// What postconf prints: lines for standard output, and warnings.
struct PostconfOutput {
    private var text: [UInt8] = []

    mutating func line(_ line: String) {
        text += line.utf8
        text.append(UInt8(ascii: "\n"))
    }

    func warn(_ warning: String) {
        Self.complain("warning: \(warning)")
    }

    /// Writes a line to standard error, with what would garble a terminal replaced, as Postfix does.
    static func complain(_ message: String) {
        let printable = message.utf8.map { $0 < 32 || $0 == 127 ? UInt8(ascii: "?") : $0 }
        FileHandle.standardError.write(Data("postconf: ".utf8) + Data(printable) + Data("\n".utf8))
    }

    mutating func print() {
        FileHandle.standardOutput.write(Data(text))
        text = []
    }
}
