import Delivery
import Foundation
import Logging
import LookupTables
import MailFormat
import MailQueue
import NIOCore
import Routing
import ServiceLifecycle

/// How many 2 KiB messages a second the queue takes durably, and how many it takes and delivers by LMTP to a server
/// that only counts:
///
///     swift run -c release queue-benchmark [CLIENTS] [SECONDS] [DIRECTORY]
///
/// No SMTP and no lookups: the ceiling that those have. Documentation/queue.md.
@main
struct QueueBenchmark {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst().map { $0 }
        let clients = arguments.first.flatMap { Int($0) } ?? 50
        let seconds = arguments.dropFirst().first.flatMap { Double($0) } ?? 10
        let base = arguments.dropFirst(2).first ?? "."
        for way in ["taken and forgotten", "taken and delivered by LMTP"] {
            let directory = "\(base)/.queue-benchmark-\(getpid())"
            defer { try? FileManager.default.removeItem(atPath: directory) }
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let quiet: @Sendable (String) -> Logger = { Logger(label: $0) { _ in SwiftLogNoOpLogHandler() } }
            let queue = try MailQueue(QueueSettings(directory: "\(directory)/queue"), logger: quiet("qmgr"))
            let sink = try CountingSink(path: "\(directory)/sink")
            let lmtp = LMTPAgent(LMTPSettings(hostname: "localhost", socketDirectory: directory))
            let isLMTP = way.contains("LMTP")
            let deliverer = Deliverer(
                queue: queue,
                guide: OneWay(
                    route: isLMTP
                        ? Route(transport: "lmtp", nextHop: "unix:sink")
                        : Route(transport: "discard", nextHop: "x")),
                agents: { AgentRegistry(["lmtp": lmtp]) }, settings: DeliverySettings(hostname: "localhost"),
                logger: quiet)
            let service = ServiceGroup(services: [deliverer], logger: quiet("service"))
            let running = Task { try await service.run() }
            let start = ContinuousClock.now
            let count = try await load(queue, clients: clients, seconds: seconds)
            let taken = (ContinuousClock.now - start) / .seconds(1)
            if isLMTP { while sink.count < count { try await Task.sleep(for: .milliseconds(5)) } }
            let delivered = (ContinuousClock.now - start) / .seconds(1)
            print(
                "\(way): \(count) messages, \(Int(Double(count) / taken))/s taken, \(Int(Double(count) / delivered))/s through"
            )
            await service.triggerGracefulShutdown()
            try await running.value
            await queue.close()
        }
    }

    /// Clients that each send a message after the other.
    private static func load(_ queue: MailQueue, clients: Int, seconds: Double) async throws -> Int {
        let content = ByteBuffer(
            string: "Subject: x\r\n\r\n"
                + String(repeating: String(repeating: "x", count: 62) + "\r\n", count: 32))
        let envelope = Envelope(
            sender: ReversePath("sender@example.org"),
            recipients: [
                EnvelopeRecipient(
                    address: MailAddress("john@example.org"), original: MailAddress("jack@example.org"))
            ],
            origin: Envelope.Origin(
                clientName: "localhost", clientAddress: "127.0.0.1", heloName: "x", protocolName: "ESMTP"))
        let end = ContinuousClock.now + .seconds(seconds)
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<clients {
                group.addTask {
                    var count = 0
                    while ContinuousClock.now < end {
                        let draft = queue.begin()
                        try await draft.append(content)
                        try await draft.commit(envelope)
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
    }
}

private struct OneWay: AddressGuide {
    let route: Route

    func route(for recipient: MailAddress, from sender: ReversePath) async throws(LookupFailure) -> Route {
        route
    }

    func finalRecipients(of address: MailAddress) async throws(LookupFailure) -> [EnvelopeRecipient] {
        [EnvelopeRecipient(address: address, original: address)]
    }
}
