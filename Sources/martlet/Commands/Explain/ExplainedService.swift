import Foundation
import PostfixConfig

/// The smtpd service of master.cf that an address is explained for, and main.cf with its `-o` options.
struct ExplainedService: Sendable {
    /// As master.cf names it, or `smtp` where there is no master.cf.
    let name: String
    var configuration: Configuration
    /// Where the parameters of main.cf are set, and which of them the service sets itself.
    let places: ParameterPlaces

    /// Which service is meant.
    enum Choice {
        /// The one that strangers reach: port 25.
        case exchanger
        /// The one that people log in at: port 587, else 465, else any on which they can.
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
        let mainFile = try? MainFile(path: "\(configuration.directory)/main.cf")
        guard let chosen = try Self.choose(choice, services) else {
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
        _ choice: Choice, _ services: [InetSMTPService]
    ) throws(ExplainFailure) -> InetSMTPService? {
        let found: InetSMTPService?
        let wanted: String
        switch choice {
        case .exchanger:
            return services.first { $0.port == 25 } ?? services.first
        case .submission:
            return services.first { $0.port == 587 } ?? services.first { $0.port == 465 }
                ?? services.first { service in
                    service.overrides.contains { $0.name == "smtpd_sasl_auth_enable" && $0.value == "yes" }
                } ?? services.first { $0.port == 25 } ?? services.first
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
