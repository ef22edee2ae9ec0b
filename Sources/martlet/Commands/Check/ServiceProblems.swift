import Diagnosis
import LookupTables
import NetworkTables
import PostfixConfig
import Reception

/// What keeps the services of a setup from starting: restrictions that are not known, networks that are none.
struct ServiceProblems {
    private(set) var all: [ConfigurationProblem] = []

    init(_ reading: SetupReading, opener: TableOpener) {
        examine(reading.configuration, opener) { name in
            let line = reading.mainFile.entries.last { $0.name == name }?.line
            return (reading.mainFile.path, line)
        }
        for service in reading.master?.services ?? []
        where service.kind == .inet && service.program == "smtpd" && !service.overrides.isEmpty {
            guard let own = try? reading.configuration.overriding(service.overrides) else { continue }
            let names = Set(service.overrides.map(\.name))
            examine(own, opener) { name in
                names.contains(name) ? (reading.master?.path, service.line) : nil
            }
        }
        do throws(LookupServiceMistake) {
            _ = try LookupService.listeners(reading.configuration)
        } catch {
            add("lookup_service", "\(error)", file: reading.mainFile.path, line: nil)
        }
    }

    /// Each reader tells the first mistake; with that at its default it tells the next.
    ///
    /// - Parameter place: nil where another reading tells of the parameter.
    private mutating func examine(
        _ configuration: Configuration, _ opener: TableOpener,
        place: (String) -> (file: String?, line: Int?)?
    ) {
        var configuration = configuration
        for _ in 0..<20 {
            do throws(SettingsFailure) {
                _ = try AccessSettings(configuration, opener: opener)
                _ = try SessionSettings(configuration, opener: opener)
                return
            } catch {
                if let place = place(error.parameter) {
                    add(error.parameter, error.reason, file: place.file, line: place.line)
                }
                let usual = Self.usual(error.parameter)
                guard configuration.value(named: error.parameter) != usual,
                    let next = try? configuration.overriding([(error.parameter, usual)])
                else { return }
                configuration = next
            }
        }
    }

    private static func usual(_ parameter: String) -> String {
        guard case .text(let text)? = ParameterCatalogue.definition(of: parameter)?.default else { return "" }
        return text
    }

    private mutating func add(_ parameter: String, _ reason: String, file: String?, line: Int?) {
        all.append(
            ConfigurationProblem(
                .error, file: file, line: line, parameter: parameter, "\(parameter): \(reason)"))
    }
}
