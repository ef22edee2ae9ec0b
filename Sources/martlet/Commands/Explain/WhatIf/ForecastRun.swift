import Foundation
import LookupTables
import MailFormat

/// Shows what changes would do before anybody makes them.
struct ForecastRun {
    private let now: ExplainedSituation
    private let then: ExplainedSituation
    private let changes: [Change]
    private let isJSON: Bool
    /// So many addresses are asked about at the same time.
    private static let together = 256

    init(_ setup: ExplainSetup, changes: [Change], isJSON: Bool) throws(ExplainFailure) {
        now = try setup.situation()
        then = try setup.situation(ChangeOverlay(changes, mailboxes: now.tables.virtualMailboxMaps))
        self.changes = changes
        self.isJSON = isJSON
    }

    private var text: ForecastText {
        ForecastText(
            explanation: ExplanationText(isColoured: .atTerminal, places: now.service.places),
            changes: changes)
    }

    /// Each address before and after.
    ///
    /// - Returns: what the command ends with, by the replies after the changes.
    func compare(_ input: AddressInput) async throws -> Int32? {
        var input = input
        var replies: [SMTPReply] = []
        var isFirst = true
        if isJSON { print(try ForecastDocument.opening(changes)) }
        while let addresses = try input.next() {
            let (now, then) = (now, then)
            let pairs = await addresses.mapTogether(limit: AddressInput.chunk) { address in
                (await now.explain(address), await then.completed(await then.explain(address)))
            }
            for (before, after) in pairs {
                if isJSON {
                    let entry = try ExplanationDocument.text(
                        ForecastDocument.Entry(before: before, after: after))
                    print((isFirst ? "" : ",\n") + entry, terminator: "")
                } else {
                    print(text.render(before: before, after: after))
                }
                isFirst = false
                if !replies.contains(where: { $0.code == after.reply.code }) { replies.append(after.reply) }
            }
        }
        if isJSON { print("\n  ]\n}") }
        return replies.exitCode
    }

    /// Every mailbox and alias of the domains that the changes name.
    ///
    /// - Returns: 75 where something could not be looked at; nil otherwise.
    func survey() async throws -> Int32? {
        let domains = Set(changes.compactMap { $0.domain?.lowercased() })
        guard !domains.isEmpty else {
            throw ExplainFailure(
                "--all: the changes name no domain whose addresses to look at", exitCode: EX_USAGE)
        }
        var survey = AddressSurvey(domains)
        await survey.read([now, then])
        let progress = ProgressBar("martlet explain: \(domains.sorted().joined(separator: ", "))")
        var forecasts: [Forecast] = []
        var counts: [Forecast.Kind: Int] = [:]
        let others = domains.sorted().map { "\(AddressSurvey.otherLocalPart)@\($0)" }
        let all = survey.addresses + others
        let (now, then) = (now, then)
        for start in stride(from: 0, to: all.count, by: Self.together) {
            let some = all[start...].prefix(Self.together)
            let found = await some.mapTogether(limit: Self.together) { address in
                async let before = now.fate(of: Self.quoted(address))
                async let after = then.fate(of: Self.quoted(address))
                return Forecast(address: Self.address(address), before: await before, after: await after)
            }
            for forecast in found {
                counts[forecast.kind, default: 0] += 1
                if forecast.kind != .unchanged { forecasts.append(forecast) }
            }
            progress.show(Double(start + some.count) / Double(all.count))
        }
        progress.show(1)
        let result = SurveyResult(
            domains: domains.sorted(), addresses: survey.addresses.count, counts: counts,
            forecasts: forecasts,
            gaps: survey.gaps)
        print(isJSON ? try ForecastDocument.text(changes, result) : text.render(result))
        let isUnsure = !survey.gaps.isEmpty || forecasts.contains { $0.after.reply.code == 451 }
        return isUnsure ? EX_TEMPFAIL : nil
    }

    /// As RCPT TO takes it: what a table has is in internal form.
    private static func quoted(_ address: String) -> String { MailAddress(address).quoted }

    /// `@domain` is every other address.
    private static func address(_ text: String) -> MailAddress {
        var address = MailAddress(text)
        if address.localPart == AddressSurvey.otherLocalPart { address.localPart = "" }
        return address
    }
}

/// What a look at all addresses came to.
struct SurveyResult {
    let domains: [String]
    /// How many mailboxes and aliases were looked at.
    let addresses: Int
    let counts: [Forecast.Kind: Int]
    /// Those that change, in the order of addresses.
    let forecasts: [Forecast]
    let gaps: [String]
}
