import ArgumentParser
import Delivery
import Foundation
import PostfixConfig

/// The program's first thread only waits. Swift's own asynchronous start would end it, and a dead first thread
/// keeps the user id it had: a server that is no longer root would still look like root to ps(1).
@main
enum FirstThread {
    static func main() {
        let arguments = CommandLine.arguments
        // What keeps root's rights does so in as little of the program as it can: no task, no event loop.
        if arguments.count == 3, arguments[1] == KeeperProcess.subcommand {
            Foundation.exit(Keeper.run(directory: arguments[2]))
        }
        Task.detached {
            await Martlet.main()
            Foundation.exit(EXIT_SUCCESS)
        }
        while true { pause() }
    }
}

/// The program. Called by the name of a Postfix command (a link), it behaves as that command does.
struct Martlet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "A mail exchanger that reads Postfix's configuration and explains what it does.",
        discussion: """
            The configuration directory is the one that -c names, else $MAIL_CONFIG, else /etc/martlet where it \
            holds a main.cf, else /etc/postfix.
            """,
        version: Version.current,
        subcommands: [
            Serve.self, Init.self, Postmap.self, Postalias.self, Newaliases.self, Explain.self, Check.self,
            Postconf.self, Queue.self,
        ]
    )

    static func main() async {
        let program = URL(fileURLWithPath: CommandLine.arguments.first ?? "").lastPathComponent
        let arguments = Array(CommandLine.arguments.dropFirst())
        if let command = PostfixCommand(rawValue: program) {
            Foundation.exit(await command.run(arguments))
        }
        await main(arguments)
    }
}
