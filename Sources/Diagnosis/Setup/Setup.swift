import Foundation
import LookupTables
import NameService
import PostfixConfig
import Routing

/// What rules may look at: what the operator wrote, and the same code that mail goes through.
public struct Setup: Sendable {
    public let configuration: Configuration
    /// main.cf as it is written, with lines.
    public let mainFile: MainFile
    /// Nil where there is none, or where it cannot be read.
    public let master: MasterFile?
    public let opener: TableOpener
    public let router: Router
    public let progress: any CheckProgress
    /// What rules tell how far they are.
    var run: RunProgress
    /// Mail that waits in the queue because of something that the log's reason names, such as a socket's path; nil
    /// where none does, or where nobody knows.
    public var backlog: @Sendable (_ reason: String) async -> Backlog?
    /// Asks the DNS; nil where that cannot be asked.
    public var names: NameService?
    /// How long the DNS may take for all domains together.
    var patienceForNames = Duration.seconds(30)
    /// The recipients in the queue whose last attempt failed for the time being.
    public var deferrals: @Sendable () async -> [DeferredRecipient] = { [] }
    /// What is wrong with main.cf and master.cf.
    public var problems: [ConfigurationProblem]
    public var now: Date
    /// Maps that cannot be asked, as `type:name`: another finding names the cause.
    public var disabled: Set<String> = []

    /// `mail_owner`, as whom a server runs that root started; nil where there is no such user.
    public let owner: Account?
    /// What the tables hold, read when the first rule wants to know.
    let survey = SharedSurvey()
    /// What the maps' databases say of themselves, asked when the first rule wants to know.
    let sharedDatabases = SharedDatabases()

    /// The maps that main.cf and master.cf name, each once.
    public let maps: [NamedMap]
    /// The SMTP servers of master.cf whose settings can be used.
    public let listeners: [SMTPListener]

    public init(
        configuration: Configuration, mainFile: MainFile, master: MasterFile?, opener: TableOpener,
        router: Router, problems: [ConfigurationProblem] = [], progress: any CheckProgress = NoProgress(),
        now: Date = Date(), backlog: @escaping @Sendable (_ reason: String) async -> Backlog? = { _ in nil }
    ) {
        self.configuration = configuration
        self.mainFile = mainFile
        self.master = master
        self.opener = opener
        self.router = router
        self.problems = problems
        self.progress = progress
        run = RunProgress([], shown: progress)
        self.now = now
        self.backlog = backlog
        owner = Account(name: configuration[.mailOwner])
        maps = MapCensus(configuration, mainFile, master, types: opener.types).maps
        listeners = Self.listeners(configuration, master)
    }

    /// The files whose words stand in lists of main.cf.
    public var listFiles: [ListFile] { ListFile.all(configuration, evidence: evidence) }

    /// The maps that a parameter names and that can be asked: `virtual_alias_maps`.
    public func maps(of parameter: String) -> [NamedMap] {
        maps.filter { $0.parameters.contains(parameter) && !disabled.contains($0.specification) }
    }

    /// Where one sees a parameter's value: its line of main.cf, or that it is the default.
    public func evidence(_ parameter: String) -> Evidence {
        if let entry = mainFile.entries.last(where: { $0.name == parameter }) {
            return Evidence(
                file: mainFile.path, line: entry.line,
                "\(parameter) = \(Secrets.shown(parameter, entry.value))")
        }
        let value = configuration.value(named: parameter) ?? ""
        return Evidence("\(parameter) = \(Secrets.shown(parameter, value)) (the default)")
    }

    /// What relative paths of sockets are relative to.
    public var queueDirectory: String { configuration[.queueDirectory] }

    private static func listeners(_ configuration: Configuration, _ master: MasterFile?) -> [SMTPListener] {
        guard let master else { return [SMTPListener(service: nil, configuration: configuration)] }
        let services = (try? master.inetSMTPServices()) ?? []
        return services.compactMap { service in
            (try? configuration.overriding(service.overrides)).map {
                SMTPListener(service: service, configuration: $0)
            }
        }
    }
}
