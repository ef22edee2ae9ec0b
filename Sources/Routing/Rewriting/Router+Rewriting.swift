import LookupTables
import MailFormat

/// A message's sender as the queue gets it, and who gets a copy whoever the recipients are.
public struct RewrittenSender: Hashable, Sendable {
    public var sender: ReversePath
    public var copies: [EnvelopeRecipient]
}

extension Router {
    /// Whether the sender may be rewritten or copied, so that a message has to ask.
    public var rewritesSenders: Bool { core.rewritesSenders }

    /// The sender after completion, canonical mapping and masquerading, with the copies of `sender_bcc_maps` and
    /// `always_bcc`: cleanup(8). The null sender is left alone.
    public func sender(
        _ path: ReversePath, observer: (any RoutingObserver)? = nil
    ) async throws(RewritingFailure) -> RewrittenSender {
        var result = RewrittenSender(sender: path, copies: [])
        var inquiry = Inquiry(core, observer: observer, trail: nil)
        if case .address(let address) = path {
            let complete = completed(address)
            let sender = try await inquiry.rewritten(complete, as: .envelopeSender).address
            result.sender = .address(sender)
            // The way out of a copy may depend on who sends it.
            inquiry = Inquiry(core, from: result.sender, observer: observer, trail: nil)
            result.copies = try await inquiry.copies(
                because: core.tables.rewriting.senderBccMaps, has: sender)
        }
        let always = core.settings.rewriting.alwaysBcc
        if !always.isEmpty { result.copies += try await inquiry.copies(to: always, because: "always_bcc") }
        return result
    }

    // MARK: Header fields

    /// How addresses in header fields of a local client's messages are completed.
    public var localCompletion: HeaderAddress.Completion {
        let settings = core.settings
        return HeaderAddress.Completion(
            origin: settings.appendsAtMyorigin ? settings.myorigin : "",
            parentDomain: settings.appendsDotMydomain ? settings.mydomain : "",
            swapsBangPath: settings.swapBangpath, takesPercent: settings.percentHack)
    }

    /// The same with a domain of `remote_header_rewrite_domain` in place of our own.
    public func completion(with domain: String) -> HeaderAddress.Completion {
        var completion = localCompletion
        completion.origin = completion.origin.isEmpty ? "" : domain
        completion.parentDomain = completion.parentDomain.isEmpty ? "" : domain
        return completion
    }

    /// Rewrites the addresses of a header field, which may be many: they are asked for side by side.
    ///
    /// - Parameter kind: ``AddressKinds/headerSender`` or ``AddressKinds/headerRecipient``.
    /// - Returns: whether any was changed.
    public func rewrite(
        _ addresses: inout [HeaderAddress], as kind: AddressKinds, completion: HeaderAddress.Completion
    ) async throws(RewritingFailure) -> Bool {
        let before = addresses
        for index in addresses.indices { addresses[index].complete(completion) }
        var isChanged = addresses != before
        guard core.tables.rewriting.changes(kind, core.settings.rewriting) else { return isChanged }
        var places: [Int] = []
        var known: [MailAddress] = []
        for (index, address) in addresses.enumerated() {
            guard let address = address.address else { continue }
            places.append(index)
            known.append(address)
        }
        var inquiry = Inquiry(core, observer: nil, trail: nil)
        for (index, rewritten) in zip(places, try await inquiry.rewritten(known, as: kind))
        where rewritten.isChanged {
            addresses[index] = HeaderAddress(rewritten.address)
            isChanged = true
        }
        return isChanged
    }
}
