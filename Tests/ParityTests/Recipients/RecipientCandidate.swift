import Logging
import LookupTables
import MailFormat
import MySQLTable
import Peers
import PostfixConfig
import Reception
import Routing

/// Martlet's side: router and restriction lists as the program makes them.
struct RecipientCandidate: Sendable {
    struct Answer: Sendable {
        var reply: String
        var recipients: Set<MailAddress> = []
    }

    private let router: Router
    private let access: AccessPolicy
    /// Postfix's client too comes from here, and is outside the setup's mynetworks.
    private let client: Client

    init(mainCf: [String: String], directory: String) throws {
        guard let loopback = IPAddress("127.0.0.1") else { throw PeerFailure("127.0.0.1 is no address") }
        client = Client(name: "localhost", address: loopback)
        let configuration = try Configuration(directory: directory, values: mainCf)
        let opener = TableOpener(
            configuration: configuration, drivers: [MySQLDriver(pools: DatabasePools()), UnixDriver()])
        router = Router(
            settings: RoutingSettings(configuration), tables: RoutingTables(configuration, opener: opener),
            logger: Logger(label: "smtpd") { _ in SwiftLogNoOpLogHandler() })
        access = AccessPolicy(
            settings: try AccessSettings(configuration, opener: opener),
            router: router)
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
        var warnings: AccessPolicy.Warnings = []
        let circumstances = AccessPolicy.Circumstances(client: client, heloName: "client.test", sender: .null)
        switch await access.decision(on: address, in: circumstances, warnings: &warnings) {
        case .accepted(let finals):
            return Answer(reply: "250 2.1.5 Ok", recipients: Set(finals.map(\.address.folded)))
        case .refused(let refusal):
            return Answer(reply: refusal.reply.text)
        }
    }
}
