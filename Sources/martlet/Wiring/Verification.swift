import Delivery
import Foundation
import LookupTables
import MailFormat
import MailQueue
import PostfixConfig
import Routing
import ServiceLifecycle

/// Sends the probes that sessions ask for, as long as the server runs.
struct VerificationService: Service {
    let verifier: Verifier
    let prober: AddressProber

    func run() async {
        await withGracefulShutdownHandler {
            await cancelWhenGracefulShutdown {
                await verifier.run { address, sender, remembersFailures in
                    await prober.probe(address, from: sender, remembersFailures: remembersFailures)
                }
            }
        } onGracefulShutdown: {
            prober.close()
        }
    }
}

extension Verifier {
    /// Where its results are kept is settled here, for as long as the program runs.
    convenience init(_ configuration: Configuration, log: MailLog) {
        self.init(
            VerificationSettings(configuration),
            // A setup that asks for no probes may name what it likes.
            place: (try? VerificationPlace(configuration[.addressVerifyMap])) ?? .memory,
            logger: log.logger("verify"))
    }
}

extension MailSystem {
    /// The routers that a probe needs: that of messages, and one with the transports of probes where they differ.
    static func probeRouters(
        _ configuration: Configuration, messages: Router, opener: TableOpener, log: MailLog
    ) throws(ServeFailure) -> AddressProber.Routers {
        let own: Configuration?
        do throws(ConfigurationFailure) {
            own = try configuration.forProbes()
        } catch {
            throw ServeFailure("\(configuration.directory)/main.cf: \(error)", exitCode: EX_CONFIG)
        }
        return AddressProber.Routers(
            messages: messages,
            probes: own.map {
                Router(
                    settings: RoutingSettings($0), tables: RoutingTables($0, opener: opener),
                    logger: log.logger("verify"))
            } ?? messages)
    }

    /// - Throws: where words ask for probes whose results cannot be kept where the operator wants them.
    static func checkVerification(_ configuration: Configuration) throws(ServeFailure) {
        do throws(ParameterValueError) {
            _ = try VerificationPlace(configuration[.addressVerifyMap])
        } catch {
            throw ServeFailure(
                "\(configuration.directory)/main.cf: address_verify_map: \(error)", exitCode: EX_CONFIG)
        }
    }
}
