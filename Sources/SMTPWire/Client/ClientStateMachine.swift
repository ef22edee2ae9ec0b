import MailFormat

/// A client's side of SMTP or LMTP (RFC 5321, RFC 2033), as a value: it is told what came and returns what to do.
///
///     S: 220 mail.example.org Dovecot ready.
///     C: LHLO mx.example.org
///     S: 250-mail.example.org
///     S: 250-8BITMIME
///     S: 250 PIPELINING
///     C: MAIL FROM:<a@example.org>
///     C: RCPT TO:<b@example.org>
///     C: DATA
///     S: 250 …
///     S: 250 …
///     S: 354 …
///     C: (content and dot)
///     S: 250 … (LMTP: one for each recipient that was accepted)
///
/// With PIPELINING (RFC 2920) the three commands leave in one write.
public struct ClientStateMachine: Sendable {
    public enum Action: Hashable, Sendable {
        /// Nothing until more arrives.
        case wait
        /// Send these lines, each of which gets a CRLF.
        case send([String])
        /// The dialogue is open: a transaction may begin.
        case ready
        /// Send the content and its end.
        case sendContent
        /// Nobody takes the content after all, but the server waits for it: send a lone dot.
        case sendEmptyContent
        /// The transaction is over, a result for each recipient in order.
        case finished([ClientResult])
        /// The same, but the server waits for content that will not come: only the connection's end takes that back.
        case finishedMidway([ClientResult])
        /// The server does not want to talk; the connection is of no use.
        case refused(SMTPReply, ClientStage)
        /// The server answers what was not asked.
        case outOfStep(SMTPReply)
    }

    private enum Command: Hashable {
        case reset, mail
        case recipient(Int)
        case data
    }

    private enum State {
        case greeting
        case hello(usedFallback: Bool)
        case idle
        /// The commands that wait for an answer are first in `unanswered`; those not sent yet follow.
        case envelope(Transaction)
        case content(Transaction)
        case closed
    }

    private struct Transaction {
        let message: ClientTransaction
        /// Commands without an answer, in order; the first `sent` of them have been sent.
        var unanswered: [Command]
        var sent = 0
        var results: [ClientResult?]
        var accepted: [Int] = []
        /// How many of the accepted have their answer after the dot.
        var answered = 0
        var wasEmptied = false
    }

    private let wire: ClientProtocol
    private let heloName: String
    private var state = State.greeting
    private var needsReset = false
    public private(set) var extensions = ServerExtensions()

    public init(_ wire: ClientProtocol, heloName: String) {
        self.wire = wire
        self.heloName = heloName
    }

    /// What the server is expected to answer next: its time limit applies.
    public var stage: ClientStage {
        switch state {
        case .greeting: .greeting
        case .hello: .hello
        case .idle: .idle
        case .envelope(let transaction):
            switch transaction.unanswered.first {
            case .recipient: .recipient
            case .data: .dataStart
            default: .mail
            }
        case .content: .dataEnd
        case .closed: .quit
        }
    }

    public var isIdle: Bool {
        if case .idle = state { true } else { false }
    }

    /// Begins a transaction. The dialogue must be idle. Addresses that do not fit a line are never written: they
    /// have their result at once.
    public mutating func begin(_ message: ClientTransaction) -> Action {
        guard case .idle = state else { return .wait }
        guard !message.sender.hasControlCharacter else {
            return .finished(message.recipients.map { _ in .badSender })
        }
        let results = message.recipients.map { $0.hasControlCharacter ? ClientResult.badRecipient : nil }
        let asked = results.indices.filter { results[$0] == nil }
        if asked.isEmpty { return .finished(results.compactMap { $0 }) }
        var commands: [Command] = needsReset ? [.reset, .mail] : [.mail]
        commands.append(contentsOf: asked.map(Command.recipient))
        commands.append(message.goal == .recipients ? .reset : .data)
        needsReset = false
        var transaction = Transaction(message: message, unanswered: commands, results: results)
        let lines = unsentLines(&transaction)
        state = .envelope(transaction)
        return .send(lines)
    }

    /// Takes a reply.
    public mutating func receive(_ reply: SMTPReply) -> Action {
        // 3xx asks for more, which only DATA allows for: nobody may take it for an acceptance.
        if (300..<400).contains(reply.code), stage != .dataStart { return .outOfStep(reply) }
        switch state {
        case .greeting:
            guard reply.isPositive else { return close(reply, .greeting) }
            state = .hello(usedFallback: false)
            return .send([wire == .lmtp ? "LHLO \(heloName)" : "EHLO \(heloName)"])
        case .hello(let usedFallback):
            return hello(reply, usedFallback: usedFallback)
        case .idle:
            // 421 may come at any time (RFC 5321 §3.8).
            return reply.code == 421 ? close(reply, .idle) : .outOfStep(reply)
        case .envelope(var transaction):
            return envelope(reply, &transaction)
        case .content(var transaction):
            return afterContent(reply, &transaction)
        case .closed:
            return .wait
        }
    }

    private mutating func close(_ reply: SMTPReply, _ stage: ClientStage) -> Action {
        state = .closed
        return .refused(reply, stage)
    }

    private mutating func hello(_ reply: SMTPReply, usedFallback: Bool) -> Action {
        if reply.isPositive {
            extensions = usedFallback ? ServerExtensions() : ServerExtensions(reply)
            state = .idle
            return .ready
        }
        // RFC 5321 §3.2: a server that does not know EHLO may know HELO. LMTP has no older form.
        guard wire == .smtp, reply.isPermanent, !usedFallback else { return close(reply, .hello) }
        state = .hello(usedFallback: true)
        return .send(["HELO \(heloName)"])
    }

    private mutating func envelope(_ reply: SMTPReply, _ transaction: inout Transaction) -> Action {
        guard transaction.sent > 0 else {
            state = .closed
            return .outOfStep(reply)
        }
        let command = transaction.unanswered.removeFirst()
        transaction.sent -= 1
        switch command {
        case .reset: break
        case .mail:
            if !reply.isPositive {
                // What is still to be said would be answered by "need MAIL first": that is not the reason.
                fill(&transaction, ClientResult(reply: reply, command: "MAIL FROM"))
            }
        case .recipient(let index):
            if reply.isPositive, transaction.results[index] == nil, transaction.message.goal != .recipients {
                transaction.accepted.append(index)
            } else if transaction.results[index] == nil {
                transaction.results[index] = ClientResult(reply: reply, command: "RCPT TO")
            }
        case .data:
            return data(reply, &transaction)
        }
        if reply.code == 421 { return close(reply, stage) }
        if transaction.sent == 0, transaction.accepted.isEmpty,
            transaction.unanswered == [.data]
                || transaction.results.allSatisfy({ $0 != nil })
        {
            return finish(&transaction, needsReset: command != .reset)
        }
        let lines = transaction.sent == 0 ? unsentLines(&transaction) : []
        state = .envelope(transaction)
        return lines.isEmpty ? .wait : .send(lines)
    }

    private mutating func data(_ reply: SMTPReply, _ transaction: inout Transaction) -> Action {
        if reply.code == 354 {
            if transaction.message.goal == .data {
                fill(&transaction, ClientResult(reply: reply, command: "DATA"))
                state = .closed
                return .finishedMidway(transaction.results.compactMap { $0 })
            }
            if transaction.accepted.isEmpty {
                transaction.wasEmptied = true
                state = .content(transaction)
                return .sendEmptyContent
            }
            state = .content(transaction)
            return .sendContent
        }
        // 250 to DATA takes nothing: no content has been sent.
        guard !reply.isPositive else { return .outOfStep(reply) }
        fill(&transaction, ClientResult(reply: reply, command: "DATA"))
        if reply.code == 421 { return close(reply, .dataStart) }
        return finish(&transaction, needsReset: true)
    }

    private mutating func afterContent(_ reply: SMTPReply, _ transaction: inout Transaction) -> Action {
        if transaction.wasEmptied { return finish(&transaction, needsReset: false) }
        let result = ClientResult(reply: reply, command: "end of DATA")
        switch wire {
        case .smtp:
            fill(&transaction, result)
        case .lmtp:
            transaction.results[transaction.accepted[transaction.answered]] = result
            transaction.answered += 1
            if transaction.answered < transaction.accepted.count {
                state = .content(transaction)
                return .wait
            }
        }
        return finish(&transaction, needsReset: false)
    }

    /// What is known of each recipient when the connection breaks: nil where there was no answer.
    public var partialResults: [ClientResult?] {
        switch state {
        case .envelope(let transaction), .content(let transaction): transaction.results
        default: []
        }
    }

    private func fill(_ transaction: inout Transaction, _ result: ClientResult) {
        for index in transaction.results.indices where transaction.results[index] == nil {
            transaction.results[index] = result
        }
        transaction.accepted = []
    }

    private mutating func finish(_ transaction: inout Transaction, needsReset: Bool) -> Action {
        self.needsReset = needsReset
        state = .idle
        return .finished(transaction.results.compactMap { $0 })
    }

    /// The next commands for the wire: all of them where the server takes pipelined commands, else one.
    private func unsentLines(_ transaction: inout Transaction) -> [String] {
        let count =
            extensions.pipelining ? transaction.unanswered.count : min(1, transaction.unanswered.count)
        transaction.sent = count
        return transaction.unanswered.prefix(count).map { line($0, transaction.message) }
    }

    private func line(_ command: Command, _ message: ClientTransaction) -> String {
        switch command {
        case .reset: return "RSET"
        case .mail:
            var line = "MAIL FROM:<\(message.sender.quoted)>"
            if extensions.size, message.goal == .delivery { line += " SIZE=\(message.size)" }
            if extensions.eightBitMIME, message.isEightBit { line += " BODY=8BITMIME" }
            return line
        case .recipient(let index): return "RCPT TO:<\(message.recipients[index].quoted)>"
        case .data: return "DATA"
        }
    }
}
