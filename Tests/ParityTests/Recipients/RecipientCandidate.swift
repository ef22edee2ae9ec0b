import Logging
import LookupTables
import MailFormat
import MySQLTable
import PostfixConfig
import Routing

/// Martlet's side: the router as the program makes it, and the relay restrictions of the setup.
struct RecipientCandidate: Sendable {
    struct Answer: Sendable {
        var reply: String
        var recipients: Set<MailAddress> = []
    }

    private let router: Router

    init(mainCf: [String: String], directory: String) throws {
        let configuration = try Configuration(directory: directory, values: mainCf)
        let opener = TableOpener(
            configuration: configuration, drivers: [MySQLDriver(pools: DatabasePools()), UnixDriver()])
        router = Router(
            settings: RoutingSettings(configuration), tables: RoutingTables(configuration, opener: opener),
            logger: Logger(label: "smtpd") { _ in SwiftLogNoOpLogHandler() })
    }

    /// All at once, as pipelined commands are asked.
    func answers(to addresses: [MailAddress]) async -> [Answer] {
        await withTaskGroup(of: (Int, Answer).self) { group in
            for (index, address) in addresses.enumerated() {
                group.addTask { (index, await answer(to: address)) }
            }
            var answers = [Answer](repeating: Answer(reply: ""), count: addresses.count)
            for await (index, answer) in group { answers[index] = answer }
            return answers
        }
    }

    /// How the answer came about, for the message of a test that fails.
    func account(of address: MailAddress) async -> String {
        let record = RoutingRecord()
        _ = await router.verdict(on: address, observer: record)
        return record.steps.map { "\($0)" }.joined(separator: "\n")
    }

    private func answer(to address: MailAddress) async -> Answer {
        switch await verdict(on: address) {
        case .accepted(let finals):
            Answer(reply: "250 2.1.5 Ok", recipients: Set(finals.map(\.address.folded)))
        case .rejected(let reply), .deferred(let reply, _):
            Answer(reply: reply.text)
        }
    }

    /// smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination; the client is a stranger.
    private func verdict(on address: MailAddress) async -> RecipientVerdict {
        do {
            let destination = try await router.destination(of: address)
            let isPostmaster = address.text.lowercased() == "postmaster"
            guard isPostmaster || (destination.addressClass != .other && !destination.isRouted) else {
                return .rejected(
                    SMTPReply(
                        554, EnhancedStatusCode(.permanentFailure, 7, 1),
                        "<\(address.text)>: Relay access denied"))
            }
            return await router.verdict(on: address, at: destination)
        } catch {
            return Router.temporaryFailure(on: address, error)
        }
    }
}
