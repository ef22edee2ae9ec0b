import Foundation
import Logging
import LookupTables
import MailFormat
import PostfixConfig
import Reception
import Routing

/// The setup, the client and the sender that an address is explained for.
struct ExplainedSituation: Sendable {
    private let router: Router
    private let access: AccessPolicy
    private let circumstances: AccessPolicy.Circumstances

    /// - Parameters:
    ///   - client: an IP address; by default one that is kept for documentation (RFC 5737), so nobody's.
    ///   - sender: by default the null sender.
    init(
        _ configuration: Configuration, opener: TableOpener, client: String?, sender: String?
    ) throws(ExplainFailure) {
        let address = client ?? "203.0.113.1"
        guard let client = IPAddress(address)?.unmapped else {
            throw ExplainFailure("--client \(address): not an IP address", exitCode: EX_USAGE)
        }
        circumstances = AccessPolicy.Circumstances(
            client: Client(name: "unknown", address: client), heloName: "[\(address)]",
            sender: sender.map { $0.isEmpty || $0 == "<>" ? .null : .address(MailAddress(argument: $0)) }
                ?? .null)
        // What the router would log is a step of the explanation.
        router = Router(
            settings: RoutingSettings(configuration), tables: RoutingTables(configuration, opener: opener),
            logger: Logger(label: "explain") { _ in SwiftLogNoOpLogHandler() })
        do throws(SettingsFailure) {
            access = AccessPolicy(
                settings: try AccessSettings(configuration, opener: opener), router: router)
        } catch {
            throw ExplainFailure("\(configuration.directory)/main.cf: \(error)", exitCode: EX_CONFIG)
        }
    }

    /// Asks as RCPT TO does, then for each recipient as the queue does.
    func explain(_ address: MailAddress) async -> Explanation {
        let record = ExplanationRecord()
        let (reply, cause, recipients) = await answer(to: address, record)
        var deliveries: [Explanation.Delivery] = []
        for recipient in recipients {
            deliveries.append(await delivery(to: recipient.address))
        }
        return Explanation(
            address: address, steps: record.steps.routing, reply: reply, cause: cause, deliveries: deliveries)
    }

    private func answer(
        to address: MailAddress, _ record: ExplanationRecord
    ) async -> (SMTPReply, cause: String?, [EnvelopeRecipient]) {
        var warnings: AccessPolicy.Warnings = []
        let decision = await access.decision(
            on: address, in: circumstances, warnings: &warnings, observer: record)
        for warning in warnings { record.observed(RoutingStep.warned("warn_if_reject: \(warning.text)")) }
        switch decision {
        case .accepted(let recipients):
            return (SMTPReply(250, EnhancedStatusCode(.success, 1, 5), "Ok"), nil, recipients)
        case .refused(let refusal):
            return (refusal.reply, refusal.cause, [])
        }
    }

    private func delivery(to recipient: MailAddress) async -> Explanation.Delivery {
        let record = RoutingRecord()
        let route: Result<Route, Explanation.RouteFailure>
        do throws(LookupFailure) {
            route = .success(try await router.route(
                    for: recipient, from: circumstances.sender ?? .null, observer: record))
        } catch {
            route = .failure(Explanation.RouteFailure(description: error.description))
        }
        return Explanation.Delivery(recipient: recipient, route: route, steps: record.steps)
    }
}

/// The command's own arguments, or the settings it needs, are wrong.
struct ExplainFailure: Error, CustomStringConvertible {
    let description: String
    /// sysexits.h
    let exitCode: Int32

    init(_ description: String, exitCode: Int32) {
        self.description = description
        self.exitCode = exitCode
    }
}
