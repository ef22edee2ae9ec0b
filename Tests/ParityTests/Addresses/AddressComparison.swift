import MailFormat
import Peers
import Testing

/// One setup's addresses, put to all three.
struct AddressComparison {
    let setup: AddressSetup
    let servers: AddressServers
    let seed: UInt64

    struct Tally: CustomStringConvertible {
        var replies = 0
        /// Messages whose copies were compared, and how many copies.
        var deliveries = 0
        var copies = 0
        /// Addresses that Postfix takes and Martlet does not, for a reason that is listed.
        var differences = 0

        mutating func add(_ other: Tally) {
            replies += other.replies
            deliveries += other.deliveries
            copies += other.copies
            differences += other.differences
        }

        var description: String {
            "\(replies) replies, \(deliveries) messages with \(copies) copies, \(differences) listed differences"
        }
    }

    private func blame(_ path: String, _ sender: String) -> Comment {
        "MARTLET_SETUPS=1 MARTLET_SEED=\(seed): <\(path)> from <\(sender)>"
    }

    func run() async throws -> Tally {
        var tally = Tally()
        let share = (setup.paths.count + setup.senders.count - 1) / setup.senders.count
        for (index, sender) in setup.senders.enumerated() {
            tally.add(
                try await compare(Array(setup.paths.dropFirst(index * share).prefix(share)), from: sender))
        }
        return tally
    }

    private func compare(_ paths: [String], from sender: String) async throws -> Tally {
        async let postfix = servers.replies(.postfix, to: paths, from: sender)
        async let martlet = servers.replies(.martlet, to: paths, from: sender)
        async let explained = servers.explanations(of: paths, from: sender)
        let (expected, replies, explanations) = try await (postfix, martlet, explained)
        var tally = Tally(replies: paths.count)
        var taken: [Int] = []
        for index in paths.indices {
            #expect(explanations[index].reply.text == replies[index], blame(paths[index], sender))
            if expected[index].hasPrefix("250") {
                taken.append(index)
            } else if expected[index].hasPrefix("501 5.1.3"), replies[index].hasPrefix("5") {
                // What is wrong with `site!-user` is found in other places.
                tally.differences += 1
            } else {
                #expect(replies[index] == expected[index], blame(paths[index], sender))
            }
        }
        // Postfix leaves out the aliases of an address that it was routed to (`user%other@here`, `@here`).
        let (routed, direct) = (taken.filter { isRouted(paths[$0]) }, taken.filter { !isRouted(paths[$0]) })
        for index in routed { expectListed(replies[index], paths[index], sender) }

        let mutual = direct.filter { replies[$0].hasPrefix("250") }
        async let there = servers.deliveries(.postfix, to: direct.map { paths[$0] }, from: sender)
        async let here = servers.deliveries(.martlet, to: mutual.map { paths[$0] }, from: sender)
        let (judged, made) = try await (there, Dictionary(uniqueKeysWithValues: zip(mutual, here)))
        let unknown =
            setup.looksThroughAliases || setup.looksThroughCopies
            ? try await servers.unknown(
                among: Set(judged.flatMap { $0.copies.map(\.recipient) }), from: sender) : []
        for (index, delivery) in zip(direct, judged) {
            let path = paths[index]
            if !delivery.reply.hasPrefix("250") {
                // Postfix finds out after the content what Martlet knows at RCPT.
                #expect(delivery.reply.hasPrefix("451"), "\(delivery.reply)")
                #expect(
                    replies[index]
                        == "451 4.3.5 <\(subject(path))>: Recipient address rejected: Server configuration error",
                    blame(path, sender))
                tally.differences += 1
                continue
            }
            let living =
                setup.looksThroughAliases
                ? delivery.copies.filter { !unknown.contains($0.recipient) } : delivery.copies
            // With append_at_myorigin = no, RCPT TO of Postfix asks for more than the mail does.
            let isBare =
                setup.parameters["append_at_myorigin"] == "no" && !path.contains { "@%!".contains($0) }
            if setup.looksThroughAliases, living.isEmpty || setup.hasCopies, !replies[index].hasPrefix("250")
            {
                // Postfix takes the mail, then nobody can get it, or those alone who get copies.
                expectNobody(replies[index], path, sender)
                tally.differences += 1
                continue
            }
            if isBare, replies[index].contains("Recipient address rejected: User unknown") {
                tally.differences += 1
                continue
            }
            #expect(
                replies[index].hasPrefix("250"),
                "\(blame(path, sender)): \(replies[index]), where Postfix delivers \(living)")
            guard let made = made[index] else { continue }
            // Where no recipient is asked for, those who would get copies are all the same.
            let isLiving =
                made.copies == living
                || setup.looksThroughCopies && made.copies.isSubset(of: living)
                    && living.subtracting(made.copies).allSatisfy { unknown.contains($0.recipient) }
            if made.reply.hasPrefix("250"), isLiving {
                tally.deliveries += 1
                tally.copies += made.copies.count
                expectSame(explanations[index], made.copies, path, sender)
            } else {
                Issue.record(
                    "\(blame(path, sender)): Postfix delivers \(living), Martlet \(made.reply) \(made.copies)\n\(servers.account(of: MailAddress(wire: withoutRoute(path))))"
                )
            }
        }
        return tally
    }

    // MARK: What is listed

    private func expectListed(_ reply: String, _ path: String, _ sender: String) {
        if reply.hasPrefix("250") || reply.hasPrefix("451 4.3.5") { return }
        expectNobody(reply, path, sender)
    }

    /// The refusal of an alias that leads to nobody.
    private func expectNobody(_ reply: String, _ path: String, _ sender: String) {
        let refusal = "<\(subject(path))>: Recipient address rejected: "
        guard let reason = reply.firstRange(of: refusal).map({ reply[$0.upperBound...] }) else {
            Issue.record("\(blame(path, sender)): \(reply)")
            return
        }
        let table = setup.parameters["show_user_unknown_table_name"] == "no" ? "" : " in virtual alias table"
        let code = setup.parameters["unknown_virtual_alias_reject_code"] ?? "550"
        let isOrdinary = reply == "\(code) \(code.prefix(1)).1.1 \(refusal)User unknown\(table)"
        // The only target says why, or a canonical table led to it.
        let isStated = setup.statedReasons.contains { reason.hasPrefix($0) }
        let isCanonical =
            setup.rewritesRecipients
            && (reason.hasPrefix("User unknown") || reason.hasPrefix("come back later"))
        #expect(isOrdinary || isStated || isCanonical, "\(blame(path, sender)): \(reply)")
    }

    /// explain names the same recipients and the same ways out as the mail took.
    private func expectSame(
        _ explanation: ExplainedAddress, _ copies: Set<AddressServers.Copy>, _ path: String, _ sender: String
    ) {
        var promised: Set<String> = []
        for delivery in explanation.deliveries {
            guard let sink = delivery.nexthop.flatMap(servers.sink) else { continue }
            promised.insert("\(MailAddress(delivery.recipient).folded) by \(sink)")
        }
        #expect(promised == Set(copies.map { "\($0.recipient) by \($0.sink)" }), blame(path, sender))
    }

    // MARK: Paths

    private func isRouted(_ path: String) -> Bool {
        let address = MailAddress(wire: withoutRoute(path))
        return address.localPart.isEmpty || address.localPart.utf8.contains { "@!%".utf8.contains($0) }
    }

    /// The address as replies name it.
    private func subject(_ path: String) -> String { MailAddress(wire: withoutRoute(path)).text }

    private func withoutRoute(_ path: String) -> String {
        path.hasPrefix("@")
            ? path.firstIndex(of: ":").map { String(path[path.index(after: $0)...]) } ?? path : path
    }
}

extension AddressSetup {
    var hasCopies: Bool {
        ["always_bcc", "sender_bcc_maps", "recipient_bcc_maps"].contains { parameters[$0] != nil }
    }
    /// Whether a recipient may become another before its aliases are asked for.
    var rewritesRecipients: Bool {
        ["canonical_maps", "recipient_canonical_maps", "masquerade_domains"].contains {
            parameters[$0] != nil
        }
    }
    /// `reject_unlisted_alias_target` for those who get copies.
    var looksThroughCopies: Bool { hasCopies && parameters["reject_unlisted_alias_target"] != "no" }
    /// `reject_unlisted_alias_target`, by default on, where recipients are looked at before the mail is taken.
    var looksThroughAliases: Bool {
        parameters["reject_unlisted_alias_target"] != "no"
            && parameters["smtpd_reject_unlisted_recipient"] != "no"
    }
}
