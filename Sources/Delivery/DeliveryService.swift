import PostfixConfig

/// A service of master.cf that takes mail somewhere, with the parameters that hold for it.
public struct DeliveryService: Sendable {
    public var name: String
    /// `lmtp`, `virtual`, `local`, `pipe`, `error`, `discard`
    public var program: String
    public var configuration: Configuration
    /// The words after the program's options: what pipe(8) does.
    public var arguments: [String] = []
    /// Whether `-o` gives it parameters of its own.
    public var hasOptions = false

    private static let programs: Set = ["lmtp", "virtual", "local", "error", "discard", "pipe"]

    /// Those that there always are, and those of master.cf.
    public static func all(
        _ configuration: Configuration, _ master: MasterFile?
    ) throws(ConfigurationFailure) -> [DeliveryService] {
        var services = ["lmtp", "virtual", "local"].map {
            DeliveryService(name: $0, program: $0, configuration: configuration)
        }
        for entry in master?.services ?? [] where entry.kind == .unix {
            guard let program = entry.command.first, programs.contains(program) else { continue }
            let overrides = entry.overrides
            services.removeAll { $0.name == entry.name }
            services.append(
                DeliveryService(
                    name: entry.name, program: program,
                    configuration: overrides.isEmpty
                        ? configuration : try configuration.overriding(overrides),
                    arguments: entry.argumentsAfterOptions,
                    hasOptions: !overrides.isEmpty))
        }
        return services
    }
}
