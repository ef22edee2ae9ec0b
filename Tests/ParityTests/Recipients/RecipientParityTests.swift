import LookupTables
import MailFormat
import MySQLTable
import Peers
import PostfixConfig
import Routing
import Testing

/// The same addresses put to a real Postfix and to Martlet, with the same files.
///
/// Documentation/compatibility.md, "Addresses", says where they differ on purpose; each difference is
/// asserted here as what it is, and any other fails the test.
@Suite(.serialized) struct RecipientParityTests {
    @Test(arguments: 0..<4)
    func `RCPT TO answers as Postfix does, and the same recipients get the mail`(round: Int) async throws {
        var random = SeededGenerator(announcing: "recipients, round \(round)")
        for _ in 0..<round { _ = random.next() }
        let setup = RecipientSetup(&random, addresses: 600)
        let server = try await MariaDBServer.shared()
        let database = try await server.makeDatabase()
        let directory = try TemporaryDirectory("rcpt")
        let (mainCf, files) = try await setup.files(in: database, on: server, directory: directory.path)
        let judge = try await RecipientJudge(mainCf: mainCf, files: files, directory: directory)
        let martlet = try RecipientCandidate(mainCf: mainCf, directory: directory.path)

        let expected = try await judge.replies(to: setup.addresses)
        let answers = await martlet.answers(to: setup.addresses)
        // The program itself, over the wire, says what the rooms say.
        let program = try await MartletServer.start(
            mainCf: mainCf.merging(RecipientJudge.patience) { $1 }.map { "\($0.key) = \($0.value)\n" }
                .joined())
        let said = try await RecipientJudge.replies(to: setup.addresses, port: program.port)
        for (address, (wire, answer)) in zip(setup.addresses, zip(said, answers)) {
            #expect(wire == answer.reply, "\(address)")
        }
        var accepted: [Int] = []
        for index in setup.addresses.indices {
            if expected[index].hasPrefix("250") {
                accepted.append(index)
            } else {
                #expect(answers[index].reply == expected[index], "\(setup.addresses[index])")
            }
        }

        // Postfix leaves out the aliases of an address that it was routed to (`user%other@here`, `@here`); not compared.
        let direct = accepted.filter { !setup.addresses[$0].isRouted }
        let shuffled = direct.shuffled(using: &random)
        let alike = shuffled.filter { answers[$0].reply == expected[$0] }.prefix(100)
        let unlike = shuffled.filter { answers[$0].reply != expected[$0] }.prefix(50)
        let sample = Array(alike + unlike)
        let deliveries = try await judge.deliveries(to: sample.map { setup.addresses[$0] })
        let everybody = deliveries.reduce(into: Set<MailAddress>()) { $0.formUnion($1.recipients) }
        let unknown = try await judge.unknown(among: everybody)
        var equal = 0
        for (index, delivery) in zip(sample, deliveries) {
            let address = setup.addresses[index]
            let answer = answers[index]
            guard delivery.reply.hasPrefix("250") else {
                // Postfix finds out after the content what Martlet knows at RCPT.
                #expect(delivery.reply.hasPrefix("451"), "\(address): \(delivery.reply)")
                #expect(
                    answer.reply
                        == "451 4.3.5 <\(address.text)>: Recipient address rejected: Server configuration error",
                    "\(address)")
                continue
            }
            let living = delivery.recipients.subtracting(unknown)
            if living.isEmpty {
                // Postfix takes the mail, then nobody can get it.
                let table = mainCf["show_user_unknown_table_name"] == "no" ? "" : " in virtual alias table"
                #expect(
                    answer.reply
                        == "550 5.1.1 <\(address.text)>: Recipient address rejected: User unknown\(table)",
                    "\(address)")
            } else {
                #expect(answer.reply == "250 2.1.5 Ok", "\(address)")
                if answer.recipients != living {
                    Issue.record(
                        "\(address): Postfix delivers to \(living), Martlet to \(answer.recipients): \(await martlet.account(of: address))"
                    )
                }
                equal += 1
            }
        }
        // How many there are to choose from is a matter of chance.
        #expect(
            equal >= alike.count * 8 / 10 && equal >= 30,
            "too few deliveries were compared: \(equal) of \(sample.count)")

        // What was accepted and not sampled is accepted here as well, save for the two differences.
        for index in accepted where !sample.contains(index) {
            let reply = answers[index].reply
            #expect(
                reply == "250 2.1.5 Ok" || reply.contains("User unknown") && reply.hasPrefix("550")
                    || reply.hasPrefix("451 4.3.5"), "\(setup.addresses[index]): \(reply)")
        }
    }
}

extension MailAddress {
    fileprivate var isRouted: Bool {
        localPart.isEmpty || localPart.utf8.contains { "@!%".utf8.contains($0) }
    }
}
