import Foundation
import PostfixConfig

/// The smtpd service of master.cf that an address is explained for, and main.cf with its `-o` options.
struct ExplainedService: Sendable {
    /// As master.cf names it, or `smtp` where there is no master.cf.
    let name: String
    var configuration: Configuration
    /// Where the parameters of main.cf are set, and which of them the service sets itself.
    let places: ParameterPlaces
    /// What delivers the mail.
    let transports: Transports
    /// Where people can log in (`smtpd_sasl_auth_enable`), by the names that master.cf has.
    let loginServices: [String]
    /// Whether master.cf has a service of that name, where people can log in or not.
    let hasSubmission: Bool

    /// Which service is meant.
    enum Choice {
        /// The one that strangers reach: port 25.
        case exchanger
        /// The one that people log in at: port 587, else 465, else the only one at which they can.
        case submission
        case port(UInt16)
        case named(String)
    }

    init(
        _ choice: Choice, _ configuration: Configuration, master: MasterFile?
    ) throws(ExplainFailure) {
        var services: [InetSMTPService] = []
        do throws(ConfigurationFailure) {
            services = try master?.inetSMTPServices() ?? []
        } catch {
            throw ExplainFailure("\(error)", exitCode: EX_CONFIG)
        }
        transports = Transports(configuration, master: master)
        let mainFile = try? MainFile(path: "\(configuration.directory)/main.cf")
        let offering = services.filter { $0.offersLogin(configuration) }
        loginServices = offering.map(\.service.name)
        hasSubmission = services.contains { $0.service.name == "submission" }
        guard let chosen = try Self.choose(choice, services, offering) else {
            name = "smtp"
            self.configuration = configuration
            places = ParameterPlaces(mainFile, service: nil)
            return
        }
        name = chosen.service.name
        places = ParameterPlaces(mainFile, service: chosen)
        do throws(ConfigurationFailure) {
            self.configuration =
                chosen.overrides.isEmpty ? configuration : try configuration.overriding(chosen.overrides)
        } catch {
            throw ExplainFailure("\(configuration.directory)/master.cf: \(error)", exitCode: EX_CONFIG)
        }
    }

    private static func choose(
        _ choice: Choice, _ services: [InetSMTPService], _ offering: [InetSMTPService]
    ) throws(ExplainFailure) -> InetSMTPService? {
        let found: InetSMTPService?
        let wanted: String
        switch choice {
        case .exchanger:
            return services.first { $0.port == 25 } ?? services.first
        case .submission:
            if let chosen = offering.first(where: { $0.port == 587 })
                ?? offering.first(where: { $0.port == 465 })
            {
                return chosen
            }
            guard offering.count > 1 else {
                return offering.first ?? services.first { $0.port == 25 } ?? services.first
            }
            throw ExplainFailure(
                "--login: people can log in at \(offering.map(\.service.name).joined(separator: ", ")); say where with "
                    + "--service or --port", exitCode: EX_USAGE)
        case .port(let port):
            found = services.first { $0.port == port }
            if services.isEmpty, port == 25 { return nil }
            wanted = "--port \(port)"
        case .named(let name):
            found = services.first { $0.service.name == name }
            if services.isEmpty, name == "smtp" { return nil }
            wanted = "--service \(name)"
        }
        if let found { return found }
        let names = services.map { "\($0.service.name) (port \($0.port))" }.joined(separator: ", ")
        throw ExplainFailure(
            "\(wanted): no such inet smtpd service in master.cf; there is \(names.isEmpty ? "none" : names)",
            exitCode: EX_USAGE)
    }
}

/// Where a parameter's value comes from, for people: `main.cf, line 12`.
struct ParameterPlaces: Sendable {
    private var lines: [String: Int] = [:]
    private var overridden: Set<String> = []
    private var service = ""

    init(_ mainFile: MainFile?, service: InetSMTPService?) {
        for entry in mainFile?.entries ?? [] { lines[entry.name] = entry.line }
        guard let service else { return }
        self.service = service.service.name
        overridden = Set(service.overrides.map(\.name))
    }

    func place(of parameter: String) -> String {
        if overridden.contains(parameter) { return "-o of \(service) in master.cf" }
        return lines[parameter].map { "main.cf, line \($0)" } ?? "the default"
    }
}

extension InetSMTPService {
    /// Whether people can log in there.
    fileprivate func offersLogin(_ configuration: Configuration) -> Bool {
        let own = overrides.last { $0.name == "smtpd_sasl_auth_enable" }?.value
        return (own ?? configuration.value(named: "smtpd_sasl_auth_enable")) == "yes"
    }
}
