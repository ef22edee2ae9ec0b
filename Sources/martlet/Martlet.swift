import ArgumentParser
import Foundation

/// The program. Called by the name of a Postfix command (a link), it behaves as that command does.
@main
struct Martlet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "A mail exchanger that reads Postfix's configuration and explains what it does.",
        discussion: """
            The configuration directory is the one that -c names, else $MAIL_CONFIG, else /etc/martlet where it \
            holds a main.cf, else /etc/postfix.
            """,
        version: Version.current,
        subcommands: [Serve.self, Init.self, Postmap.self, Explain.self, Postconf.self]
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

/// The names of Postfix's commands that the program answers to.
enum PostfixCommand: String {
    case postmap

    func run(_ arguments: [String]) async -> Int32 {
        switch self {
        case .postmap: await Postmap.run(arguments)
        }
    }
}
