import Logging
import LookupTables
import MailFormat
import PostfixConfig
import Routing

/// The setup, the client and the sender that an address is explained for.
struct ExplainedSituation: Sendable {
    private let router: Router

    init(
        _ configuration: Configuration, opener: TableOpener, client: String?, sender: String?
    ) throws(ExplainFailure) {
        // What the router would log is a step of the explanation.
        router = Router(
            settings: RoutingSettings(configuration), tables: RoutingTables(configuration, opener: opener),
            logger: Logger(label: "explain") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Asks as RCPT TO does, then for each recipient as the queue does.
    func explain(_ address: MailAddress) async -> Explanation {
        let record = RoutingRecord()
        let (reply, cause, recipients) = await answer(to: address, record)
        var deliveries: [Explanation.Delivery] = []
        for recipient in recipients {
            deliveries.append(await delivery(to: recipient.address))
        }
        return Explanation(
            address: address, steps: record.steps, reply: reply, cause: cause, deliveries: deliveries)
    }

    private func answer(
        to address: MailAddress, _ record: RoutingRecord
    ) async -> (SMTPReply, cause: String?, [EnvelopeRecipient]) {
        switch await router.verdict(on: address, observer: record) {
        case .accepted(let recipients):
            (SMTPReply(250, EnhancedStatusCode(.success, 1, 5), "Ok"), nil, recipients)
        case .rejected(let reply):
            (reply, nil, [])
        case .deferred(let reply, let cause):
            (reply, cause, [])
        }
    }

    private func delivery(to recipient: MailAddress) async -> Explanation.Delivery {
        let record = RoutingRecord()
        let route: Result<Route, Explanation.RouteFailure>
        do throws(LookupFailure) {
            route = .success(try await router.route(for: recipient, observer: record))
        } catch {
            route = .failure(Explanation.RouteFailure(description: error.description))
        }
        return Explanation.Delivery(recipient: recipient, route: route, steps: record.steps)
    }
}

/// The command's own arguments are wrong.
struct ExplainFailure: Error, CustomStringConvertible {
    let description: String
}
