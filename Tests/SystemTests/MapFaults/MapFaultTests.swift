import Foundation
import Peers
import Testing

/// Each kind of map, each way to be broken: the client hears of a temporary failure, the operator reads why and which map,
/// and nothing is left over of the attempts.
@Suite struct MapFaultTests {
    @Test(arguments: MapFault.all) func aFaultIsATemporaryFailureWithItsReason(_ fault: MapFault) async throws
    {
        let directory = try TemporaryDirectory("flt")
        chmod(directory.path, 0o755)
        let server = try fault.server.map { try FaultyServer($0) }
        let port = try server?.port ?? LoopbackPort.unused()
        try fault.make(in: directory, port: port)
        let map = "\(fault.map.type):\(fault.map.name(directory.path, port))"
        let martlet = try await MartletServer.start(
            mainCf: """
                virtual_mailbox_domains = example.org
                virtual_mailbox_maps = static:x
                virtual_alias_domains =
                virtual_alias_maps = \(map)
                smtpd_error_sleep_time = 0
                smtpd_hard_error_limit = 1000
                """)
        let pid = try #require(martlet.pid)

        let (files, threads) = (openFiles(pid), threads(pid))
        // What one attempt leaves open, many show.
        let count = 40
        for _ in 0..<(fault.isSilence ? 1 : 3) {
            let start = ContinuousClock.now
            #expect(try await replies(martlet.port, count) == (0..<count).map(temporary))
            // A lookup's patience is 30 seconds, and the machine may be busy.
            #expect(ContinuousClock.now - start < .seconds(60))
        }
        // The log is written behind the replies.
        func lines() -> [Substring] { martlet.log.split(separator: "\n").filter { $0.contains(map) } }
        #expect(await Eventually.holds { martlet.log.contains("NOQUEUE: reject: RCPT from") })
        #expect(
            await Eventually.holds {
                lines().contains { $0.contains("warning: ") || $0.contains("error: ") }
            }, "\(martlet.log)")
        for line in lines() {
            let reason = line.drop { $0 != "]" }.replacing(map, with: "")
            #expect(reason.count > 30, "\(line): says nothing")
        }
        #expect(!martlet.log.contains("s3cret"))

        #expect(
            await Eventually.holds { openFiles(pid) <= files + 20 },
            "\(files) open files grew to \(openFiles(pid))")
        #expect(self.threads(pid) <= threads + 20, "\(threads) threads grew to \(self.threads(pid))")
    }

    private func temporary(_ number: Int) -> String {
        "451 4.3.0 <user\(number)@example.org>: Temporary lookup failure"
    }

    private func replies(_ port: Int, _ count: Int) async throws -> [String] {
        let client = try await SMTPClient.connect(port: port)
        let replies = try await client.pipeline(
            ["EHLO c.test", "MAIL FROM:<a@b.test>"] + (0..<count).map { "RCPT TO:<user\($0)@example.org>" }
                + ["QUIT"])
        return Array(replies[2..<(2 + count)])
    }

    private func openFiles(_ pid: pid_t) -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count) ?? 0
    }

    private func threads(_ pid: pid_t) -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task").count) ?? 0
    }
}

extension MapFault {
    fileprivate var isSilence: Bool {
        if case .silentServer = kind { true } else { false }
    }

    fileprivate var server: FaultyServer.Fault? {
        switch kind {
        case .silentServer: .silent
        case .serverHangsUp(let beginning): .hangsUp(after: beginning)
        case .absent, .unreadable, .broken: nil
        }
    }

    /// Writes the map's files, save for what is wrong with them.
    fileprivate func make(in directory: TemporaryDirectory, port: Int) throws {
        for file in map.files {
            var text = file.text(directory.path, port)
            switch kind {
            case .absent(file.name): continue
            case .broken(file.name, let broken): text = broken
            default: break
            }
            let path = try directory.write(file.name, text)
            chmod(path, 0o644)
            if case .unreadable(file.name) = kind { chmod(path, 0o000) }
        }
    }
}
