import Foundation
import Logging
import LookupTables
import PostfixConfig

/// What the arguments and the configuration come to: opened, and not asked yet.
struct ExplainSetup {
    let service: ExplainedService
    let visitor: Visitor
    private let pools = DatabasePools()
    private let memory = AnswerMemory()
    private let logger: Logger
    private let master: MasterFile?
    private let probes: Bool

    init(_ command: Explain, logger: Logger) throws(ExplainFailure) {
        let configuration: Configuration
        let master: MasterFile?
        do throws(ConfigurationFailure) {
            let directory = ConfigurationDirectory.choose(option: command.configurationDirectory)
            configuration = try Configuration.load(directory: directory)
            master = try MasterFile.load(directory: directory)
        } catch {
            throw ExplainFailure("\(error)", exitCode: EX_CONFIG)
        }
        let choice: ExplainedService.Choice =
            if let name = command.service {
                .named(name)
            } else if let port = command.port {
                .port(port)
            } else {
                command.login == nil ? .exchanger : .submission
            }
        service = try ExplainedService(choice, configuration, master: master)
        visitor = try Visitor(
            client: command.client, helo: command.helo, sender: command.from, login: command.login)
        self.logger = logger
        self.master = master
        probes = command.probe
        memory.setLimits(configuration)
    }

    /// - Parameter overlay: changes that are thought of; nil for the setup as it is.
    func situation(_ overlay: ChangeOverlay? = nil) throws(ExplainFailure) -> ExplainedSituation {
        // What cannot be opened shows its reason where it is asked; the rest of the setup need not be told here.
        var tableLogger = logger
        tableLogger.logLevel = .critical
        let service = try overlay?.applied(to: self.service) ?? self.service
        var opener = Tables.opener(
            service.configuration, pools: pools, memory: overlay == nil ? memory : nil,
            further: overlay.map { [$0.driver] } ?? [], logger: tableLogger)
        opener.overlay = overlay
        return try ExplainedSituation(
            service, opener: opener, visitor: visitor,
            verifier: ExplainedVerification.reader(
                service.configuration,
                prober: probes
                    ? ExplainedVerification.prober(service.configuration, master: master, opener: opener)
                    : nil))
    }

    /// Tells the operator on standard error.
    func warn(_ text: String) { logger.warning("\(text)") }

    func close() { pools.close() }
}
