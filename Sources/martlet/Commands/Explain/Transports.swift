import Delivery
import PostfixConfig

/// What stands behind the transports that routes name: the programs that deliver, with their `-o` options.
struct Transports: Sendable {
    /// main.cf alone: the options of an smtpd service are not those of deliveries.
    private let configuration: Configuration
    private let services: [String: DeliveryService]

    init(_ configuration: Configuration, master: MasterFile?) {
        self.configuration = configuration
        // A server would not start with options that are wrong.
        let services =
            (try? DeliveryService.all(configuration, master)) ?? (try? DeliveryService.all(configuration, nil))
        self.services = Dictionary((services ?? []).map { ($0.name, $0) }) { $1 }
    }

    /// `lmtp`, `virtual`, `local`, `pipe`, `error`, `discard`; nil where nothing delivers by that name, so that its
    /// mail waits.
    func program(of transport: String) -> String? {
        if let service = services[transport] { return service.program }
        return switch transport {
        case "error", "retry": "error"
        case "discard": "discard"
        default: nil
        }
    }

    /// The parameters as that program sees them.
    func configuration(of transport: String) -> Configuration {
        services[transport]?.configuration ?? configuration
    }
}
