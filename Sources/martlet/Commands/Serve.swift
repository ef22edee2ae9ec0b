import ArgumentParser
import Foundation
import PostfixConfig

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the mail exchanger in the foreground.",
        discussion: """
            Takes mail at the inet smtpd services of master.cf, or at port 25 where there is no master.cf. Started by \
            root, it binds its ports and then becomes mail_owner; one process stays root, to deliver with the rights of \
            the users whose mailboxes, files and commands these are.

            SIGTERM finishes what is in flight and ends; SIGHUP reads the configuration again.

            Exit codes: 0 ended as asked; 67 mail_owner is no user; 71 the system refused something, such as a port; \
            73 or 75 the queue can't be opened; 78 the configuration can't be used.
            """)

    @Option(name: .short, help: "The configuration directory.", completion: .directory)
    var config: String?

    func run() async throws {
        // A peer that hangs up is an error of that write, not the end of the program.
        signal(SIGPIPE, SIG_IGN)
        OpenFiles.raiseLimit()
        let directory = ConfigurationDirectory.choose(option: config)
        let configuration: Configuration
        do throws(ConfigurationFailure) {
            configuration = try Configuration.load(directory: directory)
        } catch {
            for problem in error.problems { say("\(problem.severity): \(problem)") }
            throw ExitCode(EX_CONFIG)
        }
        let log: MailLog
        do throws(LogOutputError) {
            log = try MailLog(configuration)
        } catch {
            say("error: \(error)")
            throw ExitCode(EX_OSERR)
        }
        do {
            try await MailServer(directory: directory, configuration: configuration, log: log).run()
        } catch let failure as ServeFailure {
            log.logger("master").critical("\(failure)")
            log.sink.flush()
            say("error: \(failure)")
            throw ExitCode(failure.exitCode)
        }
    }

    private func say(_ text: String) {
        FileHandle.standardError.write(Data("martlet serve: \(text)\n".utf8))
    }
}
