import LookupTables
import MailFormat

extension Inquiry {
    /// What RCPT TO answers where addresses are rewritten or copied: canonical tables and masquerading first, then the
    /// aliases and the recipients' tables as without them, then the copies.
    ///
    /// What a canonical table answers is looked through like an alias: an address that leads to nobody is refused.
    mutating func rewrittenVerdict(
        on recipient: MailAddress, at destination: Destination
    ) async -> RecipientVerdict {
        note(destination, of: recipient)
        let start = start(of: recipient, destination)
        do throws(RewritingFailure) {
            let rewritten = try await rewritten(start, as: .envelopeRecipient)
            var verdict: RecipientVerdict
            if rewritten.address == start {
                verdict = await self.verdict(on: recipient, at: destination)
            } else {
                if !rewritten.isCanonical {
                    // Masquerading makes nobody known.
                    let listing = await listing(of: recipient, at: destination)
                    guard case .accepted = listing else { return listing }
                }
                verdict = await self.verdict(
                    on: recipient, at: try await self.destination(rewritten.address),
                    rewritten: rewritten.address)
            }
            if case .rejected = verdict, rewritten.isCanonical || rewritten.address != start,
                !core.settings.rejectsUnlistedAliasTargets
            {
                verdict = .accepted([EnvelopeRecipient(address: rewritten.address, original: recipient)])
            }
            guard case .accepted(let finals) = verdict else { return verdict }
            return .accepted(finals + (try await copies(of: rewritten.address)))
        } catch {
            return deferral(of: recipient, error)
        }
    }

    /// Who gets the mail where nobody asks whether the address is known.
    mutating func rewrittenExpansion(
        of recipient: MailAddress, at destination: Destination
    ) async -> RecipientVerdict {
        note(destination, of: recipient)
        do throws(RewritingFailure) {
            let start = start(of: recipient, destination)
            let rewritten = try await rewritten(start, as: .envelopeRecipient).address
            let place = rewritten == start ? destination : try await self.destination(rewritten)
            let verdict = await verdict(
                on: recipient, at: place, rewritten: rewritten, isJudged: false)
            guard case .accepted(let finals) = verdict else { return verdict }
            return .accepted(finals + (try await copies(of: rewritten)))
        } catch {
            return deferral(of: recipient, error)
        }
    }

    /// What the tables are asked for: with `append_at_myorigin = no`, a bare name.
    private func start(of recipient: MailAddress, _ destination: Destination) -> MailAddress {
        recipient.domain == nil ? core.completion.complete(recipient) : destination.address
    }

    private mutating func destination(
        _ address: MailAddress
    ) async throws(RewritingFailure) -> Destination {
        do throws(LookupFailure) {
            return try await destination(of: address)
        } catch {
            throw .lookup(parameter: "address class", error)
        }
    }

    private mutating func copies(
        of recipient: MailAddress
    ) async throws(RewritingFailure) -> [EnvelopeRecipient] {
        try await copies(because: core.tables.rewriting.recipientBccMaps, has: recipient)
    }

    private func deferral(of recipient: MailAddress, _ failure: RewritingFailure) -> RecipientVerdict {
        switch failure {
        case .lookup(_, let failure):
            return Router.temporaryFailure(on: recipient, failure)
        case .setup(let cause):
            tell(.stopped(recipient, cause: cause))
            let refusal = Refusal(
                code: 451, status: EnhancedStatusCode(.persistentTransientFailure, 3, 5),
                text: "Server configuration error")
            return .deferred(refusal.reply(to: recipient), cause: cause)
        }
    }
}
