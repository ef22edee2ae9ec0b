import Foundation
import Peers
import Testing

/// Commands of master.cf, run by a real pipe(8) and by Martlet: generated flags and macros, what the command is called
/// with and what it reads.
@Suite(.serialized) struct PipeParityTests {
    private static let count = 16
    private static let macros = [
        "domain", "extension", "mailbox", "nexthop", "original_recipient", "recipient", "sender", "user",
        "client_address",
        "client_helo", "client_hostname", "client_protocol", "sasl_method", "sasl_username", "sasl_sender",
    ]

    private struct Service {
        let line: String
        let isSingle: Bool

        init(_ number: Int, _ random: inout SeededGenerator) {
            let flags = "BDFORXhqu.>".filter { _ in random.chance(40) }
            isSingle = flags.contains("D") || flags.contains("O")
            var words = ["p\(number) unix - n n - - pipe"]
            if !flags.isEmpty { words.append("flags=\(flags)") }
            words.append(random.pick(["user=nobody", "user=games:lp", "user=lp:games"]))
            if random.chance(30) { words.append("eol=\(random.pick(["\\r\\n", "\\012", "|\\n"]))") }
            if random.chance(30) {
                words.append(
                    "null_sender=\(random.pick(["", "nobody here", "<>"]).split(separator: " ").joined())")
            }
            if random.chance(30) { words.append("directory=$DIR/records") }
            if random.chance(20) { words.append("size=\(random.pick([1, 100_000]))") }
            words.append("argv=$DIR/rec \(number)")
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let (one, other) = (random.pick(PipeParityTests.macros), random.pick(PipeParityTests.macros))
                words.append(
                    random.pick([
                        "${\(one)}", "$\(one)", "-x$(\(one))", "${\(one)}-${\(other)}", "{a b ${\(one)}}",
                        "$$\(one)", "plain",
                    ]))
            }
            line = words.joined(separator: " ")
        }
    }

    @Test func `a command is called and fed as Postfix does it`() async throws {
        var random = SeededGenerator(announcing: "pipe services")
        let services = (0..<Self.count).map { Service($0, &random) }
        let domains = (0..<Self.count).map { "d\($0).test=p\($0):\(random.pick(["", "Next.Hop"]))" }
        let limits = services.indices.filter { services[$0].isSingle }
            .map { "p\($0)_destination_recipient_limit = 1\n" }.joined()
        let pair = try await RightsPair.start(
            mainCf: """
                recipient_delimiter = +
                smtpd_recipient_restrictions =
                export_environment = TZ=UTC EXTRA=yes
                transport_maps = inline:{\(domains.joined(separator: ", "))}
                \(limits)
                """, masterCf: services.map(\.line).joined(separator: "\n"),
            prepare: { directory in
                try directory.write(
                    "rec", CommandParityTests.recorder.replacing("$DIR", with: directory.path), mode: 0o755)
                _ = try directory.makeDirectory("records", mode: 0o777)
            })
        var messages: [(from: String, to: [String])] = []
        for number in services.indices {
            let sender = random.pick(["", "s@far.test", "Sen+d@Far.test", "\"a b\"@far.test"])
            let recipients = [
                ["Aa+Ext@D\(number).test"], ["\"b c\"@d\(number).test"],
                ["a@d\(number).test", "b+x@d\(number).test", "c@d\(number).test"],
            ]
            messages.append((sender, random.pick(recipients)))
        }
        try await pair.send(messages)
        let (expected, found) = await pair.outcomes(of: messages.flatMap(\.to))
        #expect(expected.count == messages.flatMap(\.to).count)
        for (recipient, outcomes) in expected { #expect(found[recipient] == outcomes, "\(recipient)") }
        try CommandParityTests.compareRecords(pair, atLeast: 5)
    }

    @Test(arguments: [
        ("chroot=/ user=nobody argv=/bin/true", "runs no command in a changed root directory"),
        ("user=root argv=/bin/true", "request to use privileged user or group"),
        ("user=mail argv=/bin/true", "request to use mail system owner"),
        ("user=nosuchuser argv=/bin/true", "no such user"),
        ("user=nobody argv=/bin/true ${nothing}", "unknown macro name: \"nothing\""),
        ("flags=Z user=nobody argv=/bin/true", "unknown flag: Z"),
        ("flags=D user=nobody argv=/bin/true", "pipe flag `D' requires p_destination_recipient_limit = 1"),
        ("user=nobody", "missing argv= attribute"), ("argv=/bin/true", "missing user= attribute"),
    ])
    func `a service that cannot work defers and says why`(words: String, reason: String) async throws {
        let martlet = try await MartletServer.start(
            mainCf: "transport_maps = inline:{x.test=p:}\nsmtpd_recipient_restrictions =",
            masterCf: "p unix - n n - - pipe \(words)", asRoot: true)
        let client = try await SMTPClient.connect(port: martlet.port)
        _ = try await client.sendMail(from: "s@far.test", to: ["a@x.test"], content: "x\r\n")
        try await martlet.waitForLog("dsn=4.3.5, status=deferred")
        #expect(martlet.log.contains(reason), "\(martlet.log)")
        martlet.halt()
    }
}
