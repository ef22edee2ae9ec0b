import ArgumentParser
import Foundation
import Logging
import LookupTables
import MailFormat
import PostfixConfig
import Routing

/// `martlet explain ADDRESS…`: the way of an address, as RCPT TO goes it, with each question and answer.
struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show the way of an address: each question, its answer, the reply and the deliveries.",
        discussion: """
            Asks what RCPT TO asks, with the same code, and sends no mail.

              martlet explain jack@example.org
              martlet explain --client 203.0.113.7 --from someone@example.com jack@example.org
              martlet explain --json jack@example.org | jq .reply.text

            Exit codes: 0 every address is accepted; 1 one is refused; 75 none is refused, but one cannot be judged \
            now (4xx); 64 wrong arguments; 78 the configuration cannot be read.
            """)

    @Argument(help: "The addresses, as in RCPT TO without < and >.")
    var addresses: [String]

    @Option(help: "The sender, as in MAIL FROM. By default the null sender, as of a bounce.")
    var from: String?

    @Option(help: "The client's IP address. By default a stranger's, outside mynetworks.")
    var client: String?

    @Flag(help: "Print one JSON document, as Documentation/explain.md has it.")
    var json = false

    @Option(name: .customShort("c"), help: "The configuration directory.", completion: .directory)
    var configurationDirectory: String?

    func run() async throws {
        let logger = Logger(label: "martlet explain") { CommandLogHandler(label: $0) }
        let configuration: Configuration
        do throws(ConfigurationFailure) {
            configuration = try Configuration.load(
                directory: ConfigurationDirectory.choose(option: configurationDirectory))
        } catch {
            logger.critical("\(error)")
            throw ExitCode(EX_CONFIG)
        }
        // What cannot be opened shows its reason where it is asked; the rest of the setup need not be told here.
        var tableLogger = logger
        tableLogger.logLevel = .critical
        let pools = DatabasePools()
        defer { pools.close() }
        let memory = AnswerMemory()
        memory.setLimits(configuration)
        let opener = Tables.opener(configuration, pools: pools, memory: memory, logger: tableLogger)
        let situation: ExplainedSituation
        do throws(ExplainFailure) {
            situation = try ExplainedSituation(configuration, opener: opener, client: client, sender: from)
        } catch {
            logger.critical("\(error)")
            throw ExitCode(error.exitCode)
        }

        var explanations: [Explanation] = []
        for address in addresses {
            let explanation = await situation.explain(MailAddress(argument: address))
            explanations.append(explanation)
            if !json {
                let text = ExplanationText(
                    isColoured: isatty(STDOUT_FILENO) == 1 && getenv("NO_COLOR") == nil)
                print(text.render(explanation))
            }
        }
        if json { print(try ExplanationDocument(explanations).text()) }
        if let code = explanations.exitCode { throw ExitCode(code) }
    }
}

extension [Explanation] {
    /// What the command ends with; nil is success.
    var exitCode: Int32? {
        if contains(where: \.reply.isPermanent) { return 1 }
        return contains(where: \.reply.isTransient) ? EX_TEMPFAIL : nil
    }
}

extension MailAddress {
    /// From a command line: with or without `<` and `>`, the local part quoted or not.
    init(argument text: String) {
        var text = text[...]
        if text.hasPrefix("<"), text.hasSuffix(">") { text = text.dropFirst().dropLast() }
        guard text.first == "\"", let end = text.lastIndex(of: "\""), end > text.startIndex else {
            self.init(String(text))
            return
        }
        var local = ""
        var isEscaped = false
        for character in text[text.index(after: text.startIndex)..<end] {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                local.append(character)
                isEscaped = false
            }
        }
        let rest = text[text.index(after: end)...]
        self.init(localPart: local, domain: rest.first == "@" ? String(rest.dropFirst()) : nil)
    }
}
