import ArgumentParser
import Foundation

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a new setup on the embedded database.",
        discussion: """
            Writes main.cf, master.cf, the maps and a SQLite database with domains, mailboxes and aliases into one \
            directory, with a queue and Maildirs beside them. Nothing that exists is overwritten.

            Exit codes: 0 done; 73 something is there already or can't be written; 67 no such user.
            """)

    @Argument(help: "Where the setup goes.", completion: .directory)
    var directory = "/etc/martlet"

    @Option(help: "The address and port to take mail at, as in master.cf.")
    var listen = "smtp"

    @Option(help: "The name this server greets with. By default the machine's.")
    var hostname: String?

    @Option(help: "The user that a server started by root becomes. By default mail for root, else yourself.")
    var owner: String?

    @Flag(help: "Leave the example out: example.org with john@ and jack@.")
    var empty = false

    func run() throws {
        let wanted = owner ?? (getuid() == 0 ? "mail" : nil)
        guard let owner = wanted.map(Owner.init(name:)) ?? Owner.current else {
            try fail("no user \(wanted ?? "with your user id") on this machine", code: EX_NOUSER)
        }
        guard owner.uid != 0 || owner.name != self.owner else {
            try fail(
                "--owner root: a server that stays root is not for the Internet; name another user",
                code: EX_NOUSER)
        }
        let absolute = URL(fileURLWithPath: directory).standardizedFileURL.path
        let setup = NewSetup(
            directory: absolute, listen: listen, hostname: hostname ?? ProcessInfo.processInfo.hostName,
            owner: owner,
            withExample: !empty)
        do {
            try setup.write()
        } catch let error as SetupError {
            try fail(error.description, code: EX_CANTCREAT)
        }
        print("A new setup is in \(absolute).")
        print("Start it with: martlet serve -c \(absolute)")
    }

    private func fail(_ message: String, code: Int32) throws -> Never {
        FileHandle.standardError.write(Data("martlet init: \(message)\n".utf8))
        throw ExitCode(code)
    }
}
