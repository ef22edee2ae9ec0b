import MailFormat

/// A dialogue that came to no end: always temporary, since the server has not said what it thinks of the message.
public enum ClientFailure: Error, Hashable, Sendable {
    /// The connection broke, or could not be used any more.
    case lost(ClientStage)
    /// The server did not answer within the stage's time limit.
    case timedOut(ClientStage)
    /// The server does not want to talk: `421 Too many connections`, or it refuses the greeting.
    case refused(SMTPReply, ClientStage)
    /// The server sent what is no reply, or answered what was not asked.
    case garbage(String, ClientStage)
    /// Our own content could not be read any more.
    case content(String)
}

/// How a transaction ended.
public struct ClientOutcome: Sendable {
    /// One for each recipient, in order; nil where the server has not decided.
    public let results: [ClientResult?]
    /// Why some have no result; nil where the dialogue went well.
    public let failure: ClientFailure?
    /// Whether the failure came before the server said anything in this transaction: then a connection that had
    /// been idle was simply closed meanwhile, and a new one may be tried at once.
    public let wasStale: Bool
}
