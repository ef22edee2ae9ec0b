import Delivery
import Foundation
import Logging
import LookupTables
import MailFormat
import MailQueue
import PostfixConfig
import Routing

/// What the server remembers of probes, for an explanation; with `--probe` also what a probe would find now.
enum ExplainedVerification {
    /// - Parameter prober: nil where nobody is to be asked.
    static func reader(_ configuration: Configuration, prober: AddressProber?) -> VerificationReader {
        let settings = VerificationSettings(configuration)
        // What cannot be used is the server's to say, which does not start then.
        let place = (try? VerificationPlace(configuration[.addressVerifyMap])) ?? .memory
        guard let prober else { return VerificationReader(settings, place: place) }
        return VerificationReader(settings, place: place) { address, sender in
            await prober.probe(address, from: sender)
        }
    }

    /// What sends the probes of `--probe`.
    static func prober(
        _ configuration: Configuration, master: MasterFile?, opener: TableOpener
    ) throws(ExplainFailure) -> AddressProber {
        let log = MailLog.silent
        let router = Router(
            settings: RoutingSettings(configuration), tables: RoutingTables(configuration, opener: opener),
            logger: log.logger("explain"))
        do throws(ServeFailure) {
            let agents = try Agents.registry(
                configuration, master: master, opener: opener, router: router, keeper: nil, log: log)
            let routers = try MailSystem.probeRouters(
                configuration, messages: router, opener: opener, log: log)
            return AddressProber(
                routers: { routers }, agents: { agents }, settings: DeliverySettings(configuration),
                log: DeliveryLog { log.logger($0) }, id: { .unqueued })
        } catch {
            throw ExplainFailure("\(error)", exitCode: EX_CONFIG)
        }
    }
}

extension MailLog {
    /// For commands that answer by what they print.
    static let silent = MailLog(
        sink: LogSink(
            format: LogLineFormat(frame: .file(hostname: ""), name: "martlet"), output: SilentOutput()))

    private struct SilentOutput: LogOutput {
        func write(_ bytes: [UInt8]) {}
        func reopen() {}
    }
}
