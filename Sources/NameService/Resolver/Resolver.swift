import Glibc
import Synchronization

/// The one libunbound context of a ``NameService``, and the thread that alone touches it.
final class Resolver: Sendable {
    private let mailbox: ResolverMailbox
    private let patience: Duration

    init(_ settings: NameServiceSettings) throws(NameServiceFailure) {
        patience = settings.patience
        let mailbox = try ResolverMailbox(limit: settings.waiting)
        let context = try UnboundContext(settings)
        self.mailbox = mailbox
        guard ResolverThread.start(context, mailbox) else {
            throw NameServiceFailure("the system has no thread for name lookups")
        }
    }

    deinit { mailbox.close() }

    func close() { mailbox.close() }

    /// - Parameter label: the type's name for messages, `MX`.
    func records<Data: RecordData>(
        of name: String, _ label: String, as _: Data.Type = Data.self
    ) async throws(NameFailure) -> NameAnswer<Data> {
        let data: ResolvedData
        do throws(NameQuestionFailure) {
            data = try await ask(name, Data.type)
        } catch {
            throw NameFailure(name, label, error.reason)
        }
        guard data.hasName else { return NameAnswer(content: .noName, isSecure: data.isSecure) }
        if data.records.isEmpty { return NameAnswer(content: .noRecord, isSecure: data.isSecure) }
        let values = data.records.compactMap { bytes in
            var reader = RecordReader(bytes)
            return Data(&reader)
        }
        guard !values.isEmpty else { throw NameFailure(name, label, "the answer cannot be read") }
        return NameAnswer(content: .records(values), isSecure: data.isSecure)
    }

    private func ask(_ name: String, _ type: Int32) async throws(NameQuestionFailure) -> ResolvedData {
        let (mailbox, patience) = (mailbox, patience)
        let own = Mutex<NameQuestion?>(nil)
        let reply: NameQuestion.Reply = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let question = NameQuestion(
                    name: name, type: type, deadline: .now + patience, continuation: continuation)
                own.withLock { $0 = question }
                mailbox.put(question)
                // A task that was cancelled before the question was there has not been heard.
                if Task.isCancelled { Self.cancel(question, mailbox) }
            }
        } onCancel: {
            if let question = own.withLock({ $0 }) { Self.cancel(question, mailbox) }
        }
        return try reply.get()
    }

    private static func cancel(_ question: NameQuestion, _ mailbox: ResolverMailbox) {
        question.end(.failure(NameQuestionFailure(reason: "cancelled")))
        mailbox.wake()
    }
}
