import Logging
import MailFormat
import NIOCore
import SMTPWire

extension SMTPServer {
    func serve(_ accepted: Accepted, _ sessions: SessionRegistry) async {
        let channel = accepted.channel
        let connection = accepted.take()
        guard let address = channel.remoteAddress.flatMap(IPAddress.init) else {
            // The client left before it was looked at.
            try? await connection.executeThenClose { _, _ in }
            return
        }
        sessions.enter(channel)
        let count = counts.enter(address)
        defer {
            counts.leave(address)
            sessions.leave(channel)
        }
        let settings = accepted.service.settings
        let limit = settings.clientConnectionLimit
        var isExcepted: Bool {
            get async {
                await settings.limitExceptions.surelyContains(
                    name: names.knownName(of: address) ?? "unknown", address: address,
                    logger: accepted.service.logger)
            }
        }
        let isOverCount = limit > 0 && count > limit
        let isOverLimit = isOverCount ? await !isExcepted : false
        let name: String? =
            switch (settings.looksUpNames, isOverLimit) {
            case (false, _): nil
            // Who is to be refused need not be asked for.
            case (true, true): names.knownName(of: address)
            case (true, false): await names.name(of: address, on: channel.eventLoop)
            }
        let client = Client(name: name ?? "unknown", address: address)
        do {
            try await connection.executeThenClose { inbound, outbound in
                var events = inbound.makeAsyncIterator()
                if isOverLimit {
                    try await refuse(client, count, accepted.service, outbound)
                } else {
                    var session = await SMTPSession(
                        service: accepted.service, client: client, input: accepted.input, outbound: outbound)
                    let isInputUnread = await session.run(&events)
                    guard isInputUnread else { return }
                }
                try await linger(&events, outbound, channel)
            }
        } catch {
            // The connection is gone, as the session has already logged.
        }
    }

    private func refuse(
        _ client: Client, _ count: Int, _ service: SMTPService,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async throws {
        service.logger.info("connect from \(client.text)")
        service.logger.warning(
            "Connection concurrency limit exceeded: \(count) from \(client.text) for service smtp")
        var buffer = ByteBuffer()
        buffer.writeReply(.tooManyConnections(service.settings.dialog.hostname, from: client.address))
        try await outbound.write(buffer)
        service.logger.info("disconnect from \(client.text) commands=0/0")
    }

    /// Lets a client read the last reply: to close while its input lies unread would reset the connection, and
    /// the reply with it.
    private func linger(
        _ events: inout ConnectionEvents, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        _ channel: any Channel
    ) async throws {
        outbound.finish()
        let end = channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
        defer { end.cancel() }
        var count = 0
        while count < 64, try await events.next() != nil { count += 1 }
    }
}
