import ArgumentParser
import Foundation
import Logging
import LookupTables
import PostfixConfig

/// `martlet explain ADDRESS…`: the way of an address, as RCPT TO goes it, with each question and answer.
struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show the way of an address: each question, its answer, the reply and the deliveries.",
        discussion: """
            Asks what RCPT TO asks, with the same code. Sends no mail, and changes nothing.

              martlet explain jack@example.org
              martlet explain --client 203.0.113.7,mail.example.com --from someone@example.com jack@example.org
              martlet explain --login john@example.org --from jack@example.org someone@example.com
              martlet explain --what-if 'alias @example.org kerstin@example.com' john@example.org
              martlet explain --what-if 'no mailbox john@example.org' --all
              martlet explain --what-if 'no domain example.net in relay_domains' --brief --all
              cut -f1 addresses | martlet explain --brief -

            Exit codes: 0 every address is accepted, and its mail arrives as far as that is known; 1 one is refused, \
            or its mail comes back; 75 neither, but one cannot be taken now (4xx), or its mail waits in the queue; 64 \
            wrong arguments; 78 the configuration cannot be read.
            """)

    @Argument(
        help: "The addresses, as in RCPT TO without < and >; - reads them from standard input, one a line.")
    var addresses: [String] = []

    @Option(help: "The sender, as in MAIL FROM. By default the null sender, as of a bounce.")
    var from: String?

    @Option(
        help: "The name that the client has logged in with; the service is then the one where people can.")
    var login: String?

    @Option(
        help: ArgumentHelp(
            "The client's IP address (version 4 or 6), and its verified name. By default a stranger's, outside mynetworks.",
            valueName: "IP[,NAME]"))
    var client: String?

    @Option(help: "The name that the client gives in EHLO. By default its name, or its address in brackets.")
    var helo: String?

    @Option(help: "The smtpd service of master.cf that the client comes to. By default the one on port 25.")
    var service: String?

    @Option(help: "The same, by its port.")
    var port: UInt16?

    @Option(
        name: .customLong("what-if"),
        help: ArgumentHelp(
            "A change to think of: alias SOURCE TARGET[,TARGET], mailbox ADDRESS, domain NAME [in LIST], or the "
                + "same with \"no\" before it. May be given several times.", valueName: "change"))
    var whatIf: [String] = []

    @Flag(help: "With --what-if: look at every mailbox and alias of the domains that the changes name.")
    var all = false

    @Flag(
        help: ArgumentHelp(
            "Where reject_unverified_recipient or reject_unverified_sender asks, and nothing is remembered: ask the "
                + "server that would get the mail, now. What it says is not remembered."))
    var probe = false

    @Flag(
        help:
            "A line for each address, with tabs: the address, what changes (--what-if), the reply, where its mail goes, and what keeps it from arriving."
    )
    var brief = false

    @Flag(help: "Print one JSON document, as Documentation/explain.md has it.")
    var json = false

    @Option(name: .customShort("c"), help: "The configuration directory.", completion: .directory)
    var configurationDirectory: String?

    func validate() throws {
        if service != nil, port != nil {
            throw ValidationError("--service and --port name the same thing; give one")
        }
        if all, whatIf.isEmpty {
            throw ValidationError("--all looks at what --what-if would change; give a change")
        }
        if all, !addresses.isEmpty { throw ValidationError("--all looks at all addresses; name none") }
        if !all, addresses.isEmpty { throw ValidationError("Missing expected argument '<addresses> ...'") }
    }

    func run() async throws {
        let logger = Logger(label: "martlet explain") { CommandLogHandler(label: $0) }
        do {
            let setup = try ExplainSetup(self, logger: logger)
            defer { setup.close() }
            let changes = try whatIf.map { text throws(ExplainFailure) in try Change(text) }
            let code: Int32?
            if !changes.isEmpty {
                let run = try await ForecastRun(
                    setup, changes: changes, form: json ? .json : brief ? .brief : .text)
                code = all ? try await run.survey() : try await run.compare(AddressInput(addresses))
            } else {
                code = try await ExplainRun(setup, isJSON: json, isBrief: brief).run(AddressInput(addresses))
            }
            if let code { throw ExitCode(code) }
        } catch let error as ExplainFailure {
            logger.critical("\(error)")
            throw ExitCode(error.exitCode)
        }
    }
}
