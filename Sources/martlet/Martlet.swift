import ArgumentParser
import Foundation

/// The program. Called by the name of a Postfix command it behaves as that command does.
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
        subcommands: [Init.self, Postmap.self]
    )
}
