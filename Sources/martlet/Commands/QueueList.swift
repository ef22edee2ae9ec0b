import ArgumentParser
import Delivery
import Foundation
import MailQueue
import PostfixConfig

/// `martlet queue …`
struct Queue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue", abstract: "Show the queue.", subcommands: [QueueList.self])
}

/// `martlet queue list`; `mailq`, `postqueue -p` and `postqueue -j` print the same.
struct QueueList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the messages in the queue, and why they wait.",
        discussion: """
            Reads the queue beside the running server; without one as well. The output is that of Postfix's mailq, \
            or with --json that of postqueue -j: one object a line.
            """)

    @Option(name: .short, help: "The configuration directory.")
    var configurationDirectory: String?

    @Flag(name: .long, help: "One JSON object a message.")
    var json = false

    func run() async throws {
        do {
            try Self.list(configurationDirectory: configurationDirectory, asJSON: json)
        } catch let error as QueueFailure {
            throw ValidationFailure(error.description)
        }
    }

    /// Prints the queue to standard output.
    static func list(configurationDirectory: String?, asJSON: Bool) throws {
        let directory = ConfigurationDirectory.choose(option: configurationDirectory)
        let configuration = try Configuration.load(directory: directory)
        let output = FileHandle.standardOutput
        var table = MailqFormat()
        let json = QueueJSONFormat()
        if let listing = try QueueListing(directory: QueueSettings(configuration).directory) {
            try listing.forEach { entry in
                let lines = asJSON ? [json.line(for: entry)] : table.lines(for: entry)
                try output.write(contentsOf: Data((lines.joined(separator: "\n") + "\n").utf8))
            }
        }
        if !asJSON { try output.write(contentsOf: Data((table.closing.joined(separator: "\n") + "\n").utf8)) }
    }
}

/// What a command could not do, printed as `Error: …`.
private struct ValidationFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// `postqueue` and `mailq` as Postfix's commands of these names behave.
enum Postqueue {
    /// - Returns: the exit code: 0, or 69 (EX_UNAVAILABLE) with a line on standard error.
    static func run(_ arguments: [String], calledAs name: String) -> Int32 {
        do {
            let given = try GetOpt(arguments, letters: name == "mailq" ? "C:vp" : "c:pjv")
            guard name == "mailq" || given.has("p") || given.has("j"), given.operands.isEmpty else {
                throw GetOpt.Failure(
                    description: "usage: postqueue [-c config_dir] -p | postqueue [-c config_dir] -j")
            }
            let directory = given.arguments(of: name == "mailq" ? "C" : "c").last
            try QueueList.list(configurationDirectory: directory, asJSON: given.has("j"))
            return 0
        } catch {
            FileHandle.standardError.write(Data("\(name): fatal: \(error)\n".utf8))
            return 69
        }
    }
}
