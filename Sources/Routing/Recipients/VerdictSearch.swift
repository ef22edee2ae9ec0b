import LookupTables
import MailFormat

extension Inquiry {
    /// What RCPT TO answers for an address, and who gets its mail.
    ///
    /// - Parameters:
    ///   - rewritten: what canonical tables made of the recipient, which leads to the destination.
    ///   - isJudged: false follows the aliases, and does not look whether anybody has what is found.
    mutating func verdict(
        on recipient: MailAddress, at destination: Destination, rewritten: MailAddress? = nil,
        isJudged: Bool = true
    ) async -> RecipientVerdict {
        note(destination, of: recipient)
        let start = aliasStart(of: rewritten ?? recipient, destination)
        let expansion = await aliasExpansion(from: start)
        if case .none? = expansion.answers[start] {
            guard isJudged else {
                return .accepted([EnvelopeRecipient(address: destination.address, original: recipient)])
            }
            return await verdictWithoutAlias(on: recipient, at: destination)
        }
        if case .targets? = expansion.answers[start],
            let list = core.tables.recipients(of: destination.addressClass), !list.isEmpty
        {
            tell(.notAsked(parameter: list.parameter, key: start.text, because: "the alias maps answered"))
        }
        do throws(AliasFailure) {
            let targets = try expansion.recipients(of: start)
            guard isJudged, core.settings.rejectsUnlistedAliasTargets else {
                return .accepted(
                    try await resolved(targets).map { EnvelopeRecipient(address: $0, original: recipient) })
            }
            return await verdict(on: recipient, targets: targets)
        } catch {
            return deferral(of: recipient, start, error)
        }
    }

    /// What the alias maps are asked for: with `append_at_myorigin = no`, a bare name.
    private func aliasStart(of address: MailAddress, _ destination: Destination) -> MailAddress {
        guard address.domain == nil, !address.localPart.isEmpty else { return destination.address }
        let complete = core.completion.complete(address)
        return complete.domain == nil ? complete : destination.address
    }

    /// What RCPT TO answers for an address that will be another one: whether it is listed, whatever it leads to.
    mutating func listing(of recipient: MailAddress, at destination: Destination) async -> RecipientVerdict {
        let start = aliasStart(of: recipient, destination)
        switch await aliasAnswers(of: [start])[0] {
        case .none: return await verdictWithoutAlias(on: recipient, at: destination)
        case .failed(let failure): return Router.temporaryFailure(on: recipient, failure)
        case .targets, .malformed, .tooLong: return .accepted([])
        }
    }

    /// Targets as the queue gets them: those without a domain, or with a way through this machine, as what they mean.
    mutating func resolved(_ targets: [MailAddress]) async throws(AliasFailure) -> [MailAddress] {
        var targets = targets
        for index in targets.indices where targets[index].isIncompleteOrRouted {
            do throws(LookupFailure) {
                targets[index] = try await destination(of: targets[index]).address
            } catch {
                throw .lookup(error)
            }
        }
        return targets
    }

    private mutating func verdictWithoutAlias(
        on recipient: MailAddress, at destination: Destination
    ) async -> RecipientVerdict {
        let final = EnvelopeRecipient(address: destination.address, original: recipient)
        if recipient.domain == nil, ASCII.equal(recipient.localPart, "postmaster") {
            tell(.known(recipient, because: "postmaster is always taken (RFC 5321 section 4.5.1)"))
            return .accepted([final])
        }
        do throws(LookupFailure) {
            switch try await standing(of: destination) {
            case .known:
                return .accepted([final])
            case .unknown(let refusal), .postponed(let refusal):
                return .rejected(refusal.reply(to: recipient))
            }
        } catch {
            return Router.temporaryFailure(on: recipient, error)
        }
    }

    /// Keeps the targets that can get mail. Where there is none, the alias is refused as if it were not there:
    /// taking the mail would only bounce it to whoever the sender is said to be.
    private mutating func verdict(on recipient: MailAddress, targets: [MailAddress]) async -> RecipientVerdict
    {
        if targets.count > 1 { await askTogether(targets) }
        var finals: [EnvelopeRecipient] = []
        var dead: [MailAddress] = []
        var refusals: [Refusal] = []
        for target in targets {
            do throws(LookupFailure) {
                let destination = try await destination(of: target)
                if case .unknown(let refusal) = try await standing(of: destination) {
                    dead.append(target)
                    refusals.append(refusal)
                } else {
                    finals.append(EnvelopeRecipient(address: destination.address, original: recipient))
                }
            } catch {
                return Router.temporaryFailure(on: recipient, error)
            }
        }
        for target in dead { tell(.leftOut(target)) }
        if finals.isEmpty {
            // Where the only target says why (it has moved, …), the sender is told so.
            let refusal =
                refusals.count == 1 && refusals[0].status.map { $0.detail != 1 || $0.subject != 1 } == true
                ? refusals[0]
                : core.unknownUser(in: "virtual alias", code: core.settings.unknownVirtualAliasRejectCode)
            core.logger.info("alias \(recipient.text) leads to nobody: \(list(dead)) unknown here")
            return .rejected(refusal.reply(to: recipient))
        }
        if !dead.isEmpty {
            core.logger.warning("alias \(recipient.text): left out \(list(dead)): unknown here")
        }
        return .accepted(finals)
    }

    /// Asks for all targets side by side; what each answer means is looked at one by one.
    private mutating func askTogether(_ targets: [MailAddress]) async {
        await askForDomains(of: targets)
        var searches: [AddressClass: [AddressKeys]] = [:]
        for target in targets {
            // A failure is remembered, and told where the target is looked at.
            guard let destination = try? await destination(of: target), !isAlwaysKnown(destination),
                let keys = try? await keys(of: destination.address)
            else { continue }
            searches[destination.addressClass, default: []].append(keys)
        }
        for addressClass in AddressClass.allCases {
            guard let searches = searches[addressClass], let list = core.tables.recipients(of: addressClass)
            else { continue }
            _ = await search(list, for: searches)
        }
    }

    private func list(_ addresses: [MailAddress]) -> String {
        let shown = addresses.prefix(10).map { "<\($0.text)>" }.joined(separator: ", ")
        return addresses.count > 10 ? "\(shown) and \(addresses.count - 10) more" : shown
    }

    private func deferral(of recipient: MailAddress, _ start: MailAddress, _ failure: AliasFailure)
        -> RecipientVerdict
    {
        switch failure {
        case .lookup(let failure):
            return Router.temporaryFailure(on: recipient, failure)
        case .setup(let cause):
            tell(.stopped(start, cause: cause))
            let refusal = Refusal(
                code: 451, status: EnhancedStatusCode(.persistentTransientFailure, 3, 5),
                text: "Server configuration error")
            return .deferred(
                refusal.reply(to: recipient), cause: "\(core.tables.virtualAliasMaps.parameter): \(cause)")
        }
    }
}

extension MailAddress {
    /// No domain, or routing operators in the local part.
    fileprivate var isIncompleteOrRouted: Bool {
        domain == nil
            || localPart.utf8.contains {
                $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "!") || $0 == UInt8(ascii: "%")
            }
    }
}
