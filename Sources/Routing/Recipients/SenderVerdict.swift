import LookupTables
import MailFormat

/// Whether mail may be from an address, as far as the tables of users say: `reject_unlisted_sender`.
public enum SenderVerdict: Sendable {
    /// Known, or of a domain whose users we cannot know.
    case listed
    /// `550 5.1.0 <x>: Sender address rejected: User unknown in virtual mailbox table`
    case rejected(SMTPReply)
    /// It could not be found out now: `451 4.3.0 <x>: Temporary lookup failure`. The cause is for the log alone.
    case deferred(SMTPReply, cause: String)
}

extension Inquiry {
    /// An alias, or an address that canonical maps change, is listed whatever it leads to; every other address is
    /// asked for as a recipient would be.
    mutating func verdict(onSender address: MailAddress) async throws(LookupFailure) -> SenderVerdict {
        let destination = try await destination(of: address)
        let rewriting = core.tables.rewriting
        for list in [
            rewriting.recipientCanonicalMaps, rewriting.senderCanonicalMaps, rewriting.canonicalMaps,
            core.tables.virtualAliasMaps,
        ] where !list.isEmpty {
            switch await search(list, for: [try await keys(of: destination.address)])[0] {
            case .found(_, let key, _):
                tell(.known(destination.address, because: "\(list.parameter) has \(key.text)"))
                return .listed
            case .failed(let failure):
                throw failure
            case .notFound:
                break
            }
        }
        switch try await standing(of: destination) {
        case .known:
            return .listed
        case .unknown(let refusal):
            return .rejected(refusal.reply(to: address, as: .sender))
        case .postponed(let refusal):
            return .deferred(refusal.reply(to: address, as: .sender), cause: refusal.text)
        }
    }
}
