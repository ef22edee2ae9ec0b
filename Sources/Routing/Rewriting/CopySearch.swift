import LookupTables
import MailFormat

extension Inquiry {
    /// Who gets a copy because a table has this sender or recipient: `sender_bcc_maps`, `recipient_bcc_maps`.
    ///
    /// Extensions are left aside; none is passed on.
    mutating func copies(
        because list: TableList, has address: MailAddress
    ) async throws(RewritingFailure) -> [EnvelopeRecipient] {
        guard !list.isEmpty else { return [] }
        let finding: Finding
        do throws(LookupFailure) {
            finding = await search(list, for: [try await keys(of: address)])[0]
        } catch {
            throw .lookup(parameter: list.parameter, error)
        }
        switch finding {
        case .notFound: return []
        case .failed(let failure): throw .lookup(parameter: list.parameter, failure)
        case .found(let value, let key, _):
            return try await copies(to: value, because: "\(list.parameter) has \(key.text)")
        }
    }

    /// The recipients of a copy, after its address was rewritten and its aliases were followed.
    ///
    /// A copy is no reason to refuse mail: what is wrong with its address is told to the log.
    mutating func copies(
        to text: String, because reason: String
    ) async throws(RewritingFailure) -> [EnvelopeRecipient] {
        var copies: [EnvelopeRecipient] = []
        for address in AddressList.parse(text) {
            guard !address.localPart.isEmpty, !address.hasControlCharacter else { continue }
            let target = try await rewritten(core.completion.complete(address), as: .envelopeRecipient)
                .address
            tell(.copied(to: target, because: reason))
            do throws(AliasFailure) {
                for final in try await finals(of: target) {
                    copies.append(EnvelopeRecipient(address: final, original: target, isReported: false))
                }
            } catch {
                switch error {
                case .lookup(let failure): throw .lookup(parameter: "virtual_alias_maps", failure)
                case .setup(let cause): throw .setup("\(reason): \(cause)")
                }
            }
        }
        if copies.isEmpty {
            let warning = "\(reason): \"\(text)\" gets no copy: nobody here has it"
            tell(.warned(warning))
            core.logger.warning("\(warning)")
        }
        return copies
    }

    /// Follows aliases; targets that nobody here has are left out where `reject_unlisted_alias_target` says so.
    private mutating func finals(of address: MailAddress) async throws(AliasFailure) -> [MailAddress] {
        let targets = try await aliasExpansion(from: address).recipients(of: address)
        guard core.settings.rejectsUnlistedAliasTargets else { return try await resolved(targets) }
        var finals: [MailAddress] = []
        for target in targets {
            do throws(LookupFailure) {
                let destination = try await destination(of: target)
                if case .unknown = try await standing(of: destination) {
                    tell(.leftOut(target))
                } else {
                    finals.append(destination.address)
                }
            } catch {
                throw .lookup(error)
            }
        }
        return finals
    }
}
