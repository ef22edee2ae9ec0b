import ArgumentParser
import Foundation
import Logging
import PostfixConfig

/// `martlet newaliases`, and the program called by the name `newaliases`: makes every database of
/// `alias_database`.
struct Newaliases: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "newaliases",
        abstract: "Make the alias databases that alias_database names.",
        usage: "newaliases [-C config_dir] [-oA[type:]file]",
        discussion: """
            The same as postalias with the databases of alias_database (hash:/etc/aliases, unless main.cf has another). \
            Sendmail's other options are accepted and change nothing. Exit codes: 0 done; 1 a database could not be made; \
            75 wrong arguments.
            """)

    @Argument(parsing: .captureForPassthrough, help: "Options as sendmail(1) has them.")
    var arguments: [String] = []

    func run() async throws {
        if arguments == ["--help"] { throw CleanExit.helpRequest(self) }
        let code = await Self.run(arguments)
        if code != 0 { throw ExitCode(code) }
    }

    /// Sendmail's options, of which all but `-C` and `-oA` are only let pass.
    private static let letters = "A:B:C:F:GIL:N:O:R:UV:X:b:ce:f:h:imno:p:q:r:tvx"

    /// - Returns: the exit code that Postfix's command would have.
    static func run(_ arguments: [String]) async -> Int32 {
        let logger = Logger(label: "newaliases") { CommandLogHandler(label: $0) }
        let given: GetOpt
        do throws(GetOpt.Failure) {
            given = try GetOpt(arguments, letters: letters)
        } catch {
            // Twice, as from Postfix's command, which looks through its options two times.
            for _ in 1...2 { logger.info("\(error)") }
            logger.critical("usage: newaliases [options]")
            return EX_TEMPFAIL
        }
        guard given.operands.isEmpty else {
            logger.critical("alias initialization mode requires no recipient")
            return EX_TEMPFAIL
        }
        let named = given.arguments(of: "C").last
        var databases = given.arguments(of: "o").filter { $0.hasPrefix("A") }.map { String($0.dropFirst()) }
        if databases.isEmpty {
            do throws(ConfigurationFailure) {
                let configuration = try Configuration.load(
                    directory: ConfigurationDirectory.choose(option: named))
                databases = ListSyntax.split(configuration.value(named: "alias_database") ?? "")
            } catch {
                logger.critical("\(error)")
                return EX_TEMPFAIL
            }
        }
        guard !databases.isEmpty else { return 0 }
        return await Postmap.run((named.map { ["-c", $0] } ?? []) + ["--"] + databases, as: .postalias)
    }
}
