import Foundation
import MailFormat

/// Why a message did not get into a mailbox.
struct MailboxFailure: Error, Hashable {
    enum Kind: Hashable {
        /// What the operator has set up does not work: mail waits.
        case configuration
        /// A system call failed with this `errno`.
        case system(CInt)
        /// The message cannot be read from the queue.
        case content
        /// Mail must not go there.
        case restricted
        /// Another program holds the mailbox's lock.
        case busy
    }

    let kind: Kind
    let reason: String

    init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }

    /// `create maildir file /path: Permission denied`
    static func system(_ call: String, _ path: String? = nil) -> MailboxFailure {
        let code = errno
        let words = String(cString: strerror(code))
        return MailboxFailure(.system(code), "\(call)\(path.map { " \($0)" } ?? ""): \(words)")
    }

    /// A mailbox that is full is the recipient's trouble, and permanent; a full disk is ours, and passes.
    var status: EnhancedStatusCode {
        switch kind {
        case .configuration: EnhancedStatusCode(.persistentTransientFailure, 3, 5)
        case .system(EFBIG), .system(EDQUOT): EnhancedStatusCode(.permanentFailure, 2, 2)
        case .system(ENOSPC): EnhancedStatusCode(.persistentTransientFailure, 3, 0)
        case .restricted: EnhancedStatusCode(.permanentFailure, 7, 1)
        case .content: EnhancedStatusCode(.persistentTransientFailure, 3, 0)
        case .system, .busy: EnhancedStatusCode(.persistentTransientFailure, 2, 0)
        }
    }
}
