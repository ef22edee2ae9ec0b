import Foundation
import Peers

/// Martlet and Postfix side by side: the same MariaDB, the same configuration, the same load, in turn.
///
///     swift run -c release mail-benchmark [ROUNDS] [recipients|messages|lookups]
///
/// Prints each round, and in the end medians and their ratio.
@main
struct MailBenchmark {
    static let connections = 50
    /// Recipients of one transaction.
    static let perBatch = 50

    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        let rounds = arguments.lazy.compactMap { Int($0) }.first ?? 5
        let all = ["recipients", "messages", "lookups"].allSatisfy { !arguments.contains($0) }
        let mariaDB = try await MariaDBServer.start(options: ["--max-connections=500"])
        let data = try await GuideData.make(in: mariaDB)
        let shared = """
            virtual_transport = lmtp:unix:private/sink
            virtual_alias_domains =
            smtpd_error_sleep_time = 0
            smtpd_hard_error_limit = 1000000000
            smtpd_soft_error_limit = 1000000000
            smtpd_client_connection_count_limit = 0
            smtpd_timeout = 300s

            """
        func maps(_ prefix: String) -> String {
            """
            virtual_mailbox_domains = \(prefix)mysql:$config_directory/domains.cf
            virtual_mailbox_maps = \(prefix)mysql:$config_directory/mailboxes.cf
            virtual_alias_maps = \(prefix)mysql:$config_directory/aliases.cf

            """
        }
        let postfix = try await PostfixServer.start(
            mainCf: shared + maps("proxy:") + """
                default_process_limit = 200
                in_flow_delay = 0
                qmgr_message_active_limit = 100000
                """, files: data.maps)
        let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("martlet").path
        let martlet = try await MartletServer.start(
            mainCf: shared + maps(""), files: data.maps, command: [program])
        let postfixSink = try CountingSink(path: postfix.queueDirectory + "/private/sink")
        let martletSink = try CountingSink(path: martlet.queueDirectory + "/private/sink")

        var figures: [String: [String: [Double]]] = [:]
        func note(_ work: String, _ server: String, _ value: Double) {
            figures[work, default: [:]][server, default: []].append(value)
            print("  \(work), \(server): \(Int(value))/s")
        }
        for round in 1...rounds {
            print("round \(round)")
            if all || arguments.contains("recipients") {
                for (server, port, batches) in [("postfix", postfix.port, 6), ("martlet", martlet.port, 60)] {
                    let before = try await selects(mariaDB)
                    note("RCPT TO", server, try recipients(port: port, batches: batches))
                    let each =
                        Double(try await selects(mariaDB) - before) / Double(connections * batches * perBatch)
                    print("    \(String(format: "%.1f", each)) SELECTs a recipient")
                }
            }
            if all || arguments.contains("messages") {
                note("messages", "postfix", try messages(port: postfix.port, each: 30, sink: postfixSink))
                note("messages", "martlet", try messages(port: martlet.port, each: 300, sink: martletSink))
            }
            if all || arguments.contains("lookups") {
                let map = "mysql:\(postfix.configDirectory)/aliases.cf"
                let lookups = Lookups(arguments: ["-c", postfix.configDirectory, "-q", "-", map])
                let theirs = try lookups.run(["postmap"])
                let ours = try lookups.run([program, "postmap"])
                guard ours.answers == theirs.answers else {
                    throw BenchmarkError("postmap: the answers differ")
                }
                note("postmap -q -", "postfix", theirs.perSecond)
                note("postmap -q -", "martlet", ours.perSecond)
            }
        }
        for (work, servers) in figures.sorted(by: { $0.key < $1.key }) {
            let (ours, theirs) = (median(servers["martlet"] ?? []), median(servers["postfix"] ?? []))
            print(
                "\(work): martlet \(Int(ours))/s, postfix \(Int(theirs))/s, ratio \(String(format: "%.1f", ours / theirs)) (medians of \(rounds))"
            )
        }
        martlet.halt()
    }

    /// Recipients answered a second: transactions of 50 RCPTs, pipelined, then RSET.
    static func recipients(port: Int, batches: Int) throws -> Double {
        var generator = SeededGenerator(seed: 7)
        let outcome = try LoadClient(port: port, connections: connections).run { _, number in
            guard number < batches else { return nil }
            var text = "MAIL FROM:<sender@load.example.test>\r\n"
            for _ in 0..<perBatch { text += "RCPT TO:<\(GuideData.address(&generator))>\r\n" }
            return .init(bytes: Array((text + "RSET\r\n").utf8), replies: perBatch + 2)
        }
        guard outcome.counts[4] == 0, outcome.counts[5] > 0 else {
            throw BenchmarkError("temporary failures: \(outcome.counts)")
        }
        return Double(connections * batches * perBatch) / outcome.seconds
    }

    /// Messages a second, from the first MAIL until the last one has reached the sink.
    static func messages(port: Int, each: Int, sink: CountingSink) throws -> Double {
        var generator = SeededGenerator(seed: 11)
        let line = String(repeating: "x", count: 70) + "\r\n"
        let content =
            "From: <sender@load.example.test>\r\nSubject: load\r\nMessage-ID: <load@example.test>\r\n\r\n"
        let body = Array(
            (content + String(repeating: line, count: (2048 - content.utf8.count) / line.utf8.count) + ".\r\n")
                .utf8)
        let before = sink.count
        let total = connections * each
        let start = ContinuousClock.now
        let outcome = try LoadClient(port: port, connections: connections).run { _, number in
            guard number < each * 2 else { return nil }
            if number % 2 == 1 { return .init(bytes: body, replies: 1) }
            let recipient = GuideData.mailbox(&generator)
            return .init(
                bytes: Array(
                    "MAIL FROM:<sender@load.example.test>\r\nRCPT TO:<\(recipient)>\r\nDATA\r\n".utf8),
                replies: 3)
        }
        guard outcome.counts[4] == 0, outcome.counts[5] == 0 else {
            throw BenchmarkError("refused: \(outcome.counts)")
        }
        while sink.count < before + total {
            guard ContinuousClock.now - start < .seconds(300) else {
                throw BenchmarkError("only \(sink.count - before) of \(total) delivered")
            }
            usleep(2_000)
        }
        return Double(total) / ((ContinuousClock.now - start) / .seconds(1))
    }

    static func selects(_ server: MariaDBServer) async throws -> Int {
        let line = try await server.sql("SHOW GLOBAL STATUS LIKE 'Com_select'")
        return line.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) } ?? 0
    }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
    }
}
