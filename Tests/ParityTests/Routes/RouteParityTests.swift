import Logging
import LookupTables
import MailFormat
import Peers
import PostfixConfig
import Reception
import Routing
import Testing

/// Where mail goes, and what RCPT TO answers where it goes nowhere: a real trivial-rewrite(8) and smtpd(8) beside
/// Martlet, with the same files.
@Suite(.serialized) struct RouteParityTests {
    @Test(arguments: 0..<6)
    func `transports, relay hosts and moved users are Postfix's`(round: Int) async throws {
        var random = SeededGenerator(announcing: "routes, round \(round)")
        for _ in 0..<round { _ = random.next() }
        let setup = RouteSetup(&random, questions: 200)
        let directory = try TemporaryDirectory("routes")
        for (name, text) in setup.files { try directory.write(name, text) }
        let mainCf = setup.parameters.merging(AddressServers.patience) { $1 }
            .mapValues { $0.replacing("DIRECTORY", with: directory.path) }
        let port = try LoopbackPort.unused()
        let postfix = try await PostfixServer.start(
            mainCf: mainCf.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)\n" }.joined(),
            masterCf: "127.0.0.1:\(port) inet n - n - - trivial-rewrite\n")

        // What becomes of an alias whose targets are nobody is a difference, and tested elsewhere.
        let configuration = try Configuration(
            directory: directory.path, values: mainCf.merging(["reject_unlisted_alias_target": "no"]) { $1 })
        let opener = TableOpener(configuration: configuration, drivers: [UnixDriver()])
        let router = Router(
            settings: RoutingSettings(configuration), tables: RoutingTables(configuration, opener: opener),
            logger: Logger(label: "smtpd") { _ in SwiftLogNoOpLogHandler() })
        let access = AccessPolicy(
            settings: try AccessSettings(configuration, opener: opener), router: router)

        let resolutions = try await Blocking.run {
            let client = try RewriteClient(port: port)
            return try setup.questions.map {
                try client.resolve(sender: $0.sender.text, address: $0.address.text)
            }
        }
        for (question, expected) in zip(setup.questions, resolutions) {
            let said = await Self.route(question, router)
            let wanted =
                expected.hasFailed
                ? "failure"
                : expected.isInvalid
                    ? "error:5.1.3 bad address syntax"
                    : "\(expected.transport):\(expected.nextHop)"
            #expect(said == wanted, "from <\(question.sender.text)> to <\(question.address.text)>")
        }

        let client = try await SMTPClient.connect(port: postfix.port)
        _ = try await client.command("EHLO client.test")
        for question in setup.questions {
            let replies = try await client.pipeline([
                "MAIL FROM:<\(question.sender.quoted)>", "RCPT TO:<\(question.address.quoted)>", "RSET",
            ])
            // Before a table is asked the address is read: PathSyntax has its own tests for that.
            guard !replies[0].hasPrefix("501"), !replies[1].hasPrefix("501") else { continue }
            let said = try await Self.replies(question, access, mainCf)
            #expect(said.mail == replies[0], "from <\(question.sender.text)>")
            if replies[0].hasPrefix("250") {
                #expect(
                    said.recipient == replies[1],
                    "from <\(question.sender.text)> to <\(question.address.text)>")
            }
        }
    }

    private static func route(_ question: RouteSetup.Question, _ router: Router) async -> String {
        do {
            return try await router.route(for: question.address, from: question.sender).description
        } catch {
            return "failure"
        }
    }

    private static func replies(
        _ question: RouteSetup.Question, _ access: AccessPolicy, _ mainCf: [String: String]
    ) async throws -> (mail: String, recipient: String) {
        let loopback = try #require(IPAddress("127.0.0.1"))
        let circumstances = AccessPolicy.Circumstances(
            client: Client(name: "localhost", address: loopback), heloName: "client.test",
            sender: question.sender)
        var warnings: AccessPolicy.Warnings = []
        var mail = "250 2.1.0 Ok"
        if mainCf["smtpd_delay_reject"] == "no",
            let refusal = await access.refusal(at: .sender, in: circumstances, warnings: &warnings)
        {
            mail = refusal.reply.text
        }
        switch await access.decision(on: question.address, in: circumstances, warnings: &warnings) {
        case .accepted: return (mail, "250 2.1.5 Ok")
        case .refused(let refusal): return (mail, refusal.reply.text)
        }
    }
}
