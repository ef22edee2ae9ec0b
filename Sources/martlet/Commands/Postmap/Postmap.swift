import ArgumentParser
import Foundation
import Logging
import LookupTables
import PostfixConfig

/// `martlet postmap`, and the program called by the name `postmap`.
struct Postmap: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "postmap",
        abstract: "Make maps of text files, ask them, list and change them.",
        usage: String(TableCommand.postmap.usage.dropFirst("usage: postmap".count)),
        discussion: """
            Output and exit codes are Postfix's: 0 where the key was found or the map made, 1 where it was not or could \
            not be asked.

              martlet postmap hash:/etc/postfix/transport
              martlet postmap -q john@example.org mysql:/etc/postfix/mysql-virtual-mailbox-maps.cf
              martlet postmap -q - sqlite:/etc/martlet/virtual-alias-maps.cf < keys
            """)

    @Argument(parsing: .captureForPassthrough, help: "Options and maps as postmap(1) has them.")
    var arguments: [String] = []

    func run() async throws {
        if arguments == ["--help"] { throw CleanExit.helpRequest(self) }
        let code = await Self.run(arguments)
        if code != 0 { throw ExitCode(code) }
    }

    /// The command itself, with Postfix's arguments, output and exit code.
    static func run(_ arguments: [String], as command: TableCommand = .postmap) async -> Int32 {
        let logger = Logger(label: command.rawValue) { CommandLogHandler(label: $0) }
        let pools = DatabasePools()
        defer { pools.close() }
        do throws(PostmapFailure) {
            return try await PostmapRun(arguments, as: command, pools: pools, logger: logger).perform()
                ? 0 : 1
        } catch {
            logger.critical("\(error)")
            return 1
        }
    }
}

/// What ends the command: the text after `postmap: fatal: `.
struct PostmapFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
