import Foundation
import MailFormat

/// What the end of a command means for the mail: sysexits(3), with Postfix's status codes and words.
enum CommandStatus {
    /// - Parameters:
    ///   - command: as it was written, for messages.
    ///   - success: the words for what has worked.
    static func outcome(
        _ end: CommandRun.End, _ command: String, success: String, relay: String
    ) -> RecipientOutcome {
        func temporary(_ reason: String) -> RecipientOutcome {
            .deferred(EnhancedStatusCode(.persistentTransientFailure, 3, 0), reason, relay: relay)
        }
        switch end {
        case .stopped:
            return temporary("the server is stopping, and the command with it: \"\(command)\"")
        case .timedOut(let output):
            return .failed(
                EnhancedStatusCode(.permanentFailure, 3, 0),
                "Command time limit exceeded: \"\(command)\"\(said(output))", relay: relay)
        case .signalled(let signal, let output):
            if let own = stated(output, relay) { return own }
            return temporary("Command died with signal \(signal): \"\(command)\"\(said(output))")
        case .exited(0, _):
            return .delivered(success, relay: relay)
        case .exited(let code, let output):
            if let own = stated(output, relay) { return own }
            guard let meaning = meanings[code] else {
                return .failed(
                    EnhancedStatusCode(.permanentFailure, 3, 0),
                    "Command died with status \(code): \"\(command)\"\(said(output))", relay: relay)
            }
            let reason = meaning.words + said(output)
            return meaning.isTemporary
                ? temporary(reason) : .failed(meaning.status, reason, relay: relay)
        }
    }

    /// A program that cannot be run: it may be there tomorrow.
    ///
    /// - Parameter agent: what Postfix has before the words: `local`, `pipe`.
    static func unstartable(_ program: String, _ code: CInt, agent: String, relay: String) -> KeeperReply {
        let caller = agent == "pipe" ? "pipe_command: " : ""
        let words = "\(caller)execvp \(program): \(SystemError.words(code))"
        return unready(
            "temporary failure. Command output: \(agent): fatal: \(words) ", warning: words, relay: relay)
    }

    static func unenterable(
        _ directory: String, _ owner: MailboxOwner, _ code: CInt, relay: String
    ) -> KeeperReply {
        unready(
            "temporary failure",
            warning: "cannot change directory to \"\(directory)\" for uid=\(owner.uid) gid=\(owner.gid): "
                + SystemError.words(code), relay: relay)
    }

    private static func unready(_ reason: String, warning: String, relay: String) -> KeeperReply {
        .outcome(
            .deferred(EnhancedStatusCode(.persistentTransientFailure, 3, 0), reason, relay: relay),
            warnings: [warning])
    }

    // MARK: Exit codes

    private struct Meaning {
        let status: EnhancedStatusCode
        let words: String
        var isTemporary = false
    }

    private static let meanings: [CInt: Meaning] = {
        func permanent(_ subject: UInt16, _ detail: UInt16, _ words: String) -> Meaning {
            Meaning(status: EnhancedStatusCode(.permanentFailure, subject, detail), words: words)
        }
        func temporary(_ words: String) -> Meaning {
            Meaning(
                status: EnhancedStatusCode(.persistentTransientFailure, 3, 0), words: words, isTemporary: true
            )
        }
        return [
            64: permanent(3, 0, "command line usage error"), 65: permanent(6, 0, "data format error"),
            66: permanent(3, 0, "cannot open input"), 67: permanent(1, 1, "user unknown"),
            68: permanent(1, 2, "host name unknown"), 69: permanent(3, 0, "service unavailable"),
            70: permanent(3, 0, "internal software error"), 71: temporary("system resource problem"),
            72: permanent(3, 0, "critical OS file missing"),
            73: permanent(2, 0, "can't create user output file"),
            74: permanent(3, 0, "input/output error"), 75: temporary("temporary failure"),
            76: permanent(5, 0, "remote error in protocol"), 77: permanent(7, 0, "permission denied"),
            78: permanent(3, 5, "local configuration error"),
        ]
    }()

    // MARK: Output

    private static func said(_ output: [UInt8]) -> String {
        output.isEmpty ? "" : ". Command output: \(readable(output))"
    }

    /// Output that begins with a status code of its own: it counts for more than the exit code.
    private static func stated(_ output: [UInt8], _ relay: String) -> RecipientOutcome? {
        let text = readable(output)
        let word = text.prefix { $0 != " " }
        guard let code = EnhancedStatusCode(word), word.utf8.count == code.description.utf8.count else {
            return nil
        }
        let rest = String(text.dropFirst(word.count).drop { $0 == " " })
        switch code.class {
        case .persistentTransientFailure: return .deferred(code, rest, relay: relay)
        case .permanentFailure: return .failed(code, rest, relay: relay)
        case .success: return .failed(EnhancedStatusCode(.permanentFailure, 0, 0), rest, relay: relay)
        }
    }

    /// On one line, with nothing in it that a terminal obeys.
    static func readable(_ output: [UInt8]) -> String {
        let text = String(
            decoding: output.map { (9...13).contains($0) ? 32 : $0 < 32 || $0 == 127 ? 95 : $0 },
            as: UTF8.self)
        return text.replacing("\u{FFFD}", with: "_")
    }
}
