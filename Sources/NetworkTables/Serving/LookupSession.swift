import NIOCore

/// The dialog with one client: all whole requests of a chunk are looked up together, and their replies leave in order
/// with one write.
struct LookupSession {
    /// So many requests are looked up at once; more of them wait in the buffer.
    private static let batch = 1024

    let listener: LookupListener
    let service: @Sendable () -> LookupService
    let watch: SessionWatch
    private var requests: LookupRequests
    private var input = ByteBuffer()

    init(
        _ listener: LookupListener, watch: SessionWatch, service: @escaping @Sendable () -> LookupService
    ) {
        self.listener = listener
        self.service = service
        self.watch = watch
        requests = LookupRequests(listener, limit: service().limits.request)
    }

    mutating func run(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async throws {
        var chunks = inbound.makeAsyncIterator()
        while watch.enter(input.readableBytes == 0 ? .idle : .exchanging) {
            guard var chunk = try await chunks.next() else { return }
            if input.readableBytes == 0 { input = chunk } else { input.writeBuffer(&chunk) }
            while true {
                let (batch, violation) = takeBatch()
                guard !batch.isEmpty || violation != nil else { break }
                _ = watch.enter(.working)
                var output = await replies(to: batch)
                if let violation {
                    LookupReply.refused(violation.description).append(
                        to: &output, in: requests.dialect ?? .tcp)
                }
                _ = watch.enter(.exchanging)
                try await outbound.write(ByteBuffer(bytes: output))
                if violation != nil { return }
            }
            input.discardReadBytes()
        }
    }

    private mutating func takeBatch() -> ([LookupRequest], WireViolation?) {
        var batch: [LookupRequest] = []
        do throws(WireViolation) {
            while batch.count < Self.batch, let request = try requests.next(&input) { batch.append(request) }
            return (batch, nil)
        } catch {
            return (batch, error)
        }
    }

    private func replies(to batch: [LookupRequest]) async -> [UInt8] {
        let service = service()
        let dialect = requests.dialect ?? .tcp
        var output: [UInt8] = []
        guard batch.count > 1 else {
            for request in batch {
                await service.answer(request, from: listener).append(to: &output, in: dialect)
            }
            return output
        }
        let listener = listener
        let replies = await withTaskGroup(of: (Int, LookupReply).self) { group in
            for (index, request) in batch.enumerated() {
                group.addTask { (index, await service.answer(request, from: listener)) }
            }
            var replies = [LookupReply](repeating: .temporaryFailure, count: batch.count)
            for await (index, reply) in group { replies[index] = reply }
            return replies
        }
        for reply in replies { reply.append(to: &output, in: dialect) }
        return output
    }
}
