import ArgumentParser

/// `martlet postalias`, and the program called by the name `postalias`.
struct Postalias: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "postalias",
        abstract: "Make alias databases of aliases(5) files, ask them, list and change them.",
        usage: String(TableCommand.postalias.usage.dropFirst("usage: postalias".count)),
        discussion: """
            Output and exit codes are Postfix's: 0 where the name was found or the database made, 1 where it was not or \
            could not be asked.

              martlet postalias hash:/etc/aliases
              martlet postalias -q postmaster hash:/etc/aliases
            """)

    @Argument(parsing: .captureForPassthrough, help: "Options and databases as postalias(1) has them.")
    var arguments: [String] = []

    func run() async throws {
        if arguments == ["--help"] { throw CleanExit.helpRequest(self) }
        let code = await Postmap.run(arguments, as: .postalias)
        if code != 0 { throw ExitCode(code) }
    }
}
