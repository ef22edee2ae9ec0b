import ArgumentParser
import Diagnosis
import Foundation
import PostfixConfig

/// `martlet check`: what is wrong with this setup, with evidence and cure.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what is wrong with this setup, how one sees it, and what to do.",
        discussion: """
            Looks at the configuration, the files, the servers and the data, and changes nothing. Errors are mail \
            that is lost, deferred, misdirected or relayed for strangers; warnings will hurt one day; the rest is \
            advice.

              martlet check
              martlet check --quick
              martlet check --rule missing-map-file
              martlet check --json | jq '.findings[] | select(.severity == "error") | .message'

            Exit codes: 0 no errors; 1 errors were found; 64 wrong arguments; 78 the configuration can't be used as \
            it is.
            """)

    @Option(
        name: .customLong("rule"), help: "Only this rule; may be given more than once. See --list.",
        completion: .list(RuleBook.all.map { $0.name }))
    var rules: [String] = []

    @Flag(help: "Leave out the rules that read whole tables.")
    var quick = false

    @Flag(help: "List the rules.")
    var list = false

    @Flag(help: "Print one JSON document, as Documentation/check.md has it.")
    var json = false

    @Option(name: .customShort("c"), help: "The configuration directory.", completion: .directory)
    var configurationDirectory: String?

    func validate() throws {
        for name in rules where RuleBook.rule(named: name) == nil {
            throw ValidationError("--rule \(name): there is no such rule; martlet check --list has them all")
        }
    }

    func run() async throws {
        // A peer that hangs up is an error of that write, not the end of the program.
        signal(SIGPIPE, SIG_IGN)
        let chosen = RuleBook.all.filter {
            (rules.isEmpty || rules.contains($0.name)) && !(quick && $0.cost == .data)
        }
        if list {
            RuleListing(chosen).print()
            return
        }
        let directory = ConfigurationDirectory.choose(option: configurationDirectory)
        let report: Report
        let isUsable: Bool
        do throws(ConfigurationFailure) {
            let checked = try CheckedSetup(directory: directory)
            report = Report(rules: chosen, findings: await checked.findings(chosen))
            isUsable = checked.isUsable
        } catch {
            report = Report(
                rules: [UnusableSetting.self],
                findings: UnusableSetting.findings(error.problems, in: nil).sorted())
            isUsable = false
        }
        if json {
            print(try ReportDocument(report).text())
        } else {
            let style = TextStyle(isColoured: isatty(STDOUT_FILENO) == 1 && getenv("NO_COLOR") == nil)
            print(ReportText(style: style).render(report), terminator: "")
        }
        if !isUsable { throw ExitCode(EX_CONFIG) }
        if report.count(of: .error) > 0 { throw ExitCode(EXIT_FAILURE) }
    }
}
