import Foundation
import PostfixConfig

/// The services of master.cf that deliver here, as main.cf and master.cf have them.
struct KeptServices: Sendable {
    private let services: [String: DeliveryService]

    /// - Throws: `ConfigurationFailure`
    init(directory: String) throws {
        let configuration = try Configuration.load(directory: directory)
        let master = try MasterFile.load(directory: directory)
        services = Dictionary(
            try DeliveryService.all(configuration, master).map { ($0.name, $0) },
            uniquingKeysWith: { $1 })
    }

    /// The service, where it is one of that program.
    subscript(name: String, program: String) -> DeliveryService? {
        services[name].flatMap { $0.program == program ? $0 : nil }
    }
}
