import Foundation
import LookupTables
import MailFormat

/// Shows what changes would do before anybody makes them.
struct ForecastRun {
    private let now: ExplainedSituation
    private let then: ExplainedSituation
    private let plan: ChangePlan
    private let form: Form
    private let warn: (String) -> Void

    /// How the forecasts are printed.
    enum Form {
        case text, brief, json
    }

    /// So many addresses are asked about at the same time.
    private static let together = 256

    init(_ setup: ExplainSetup, changes: [Change], form: Form) async throws(ExplainFailure) {
        now = try setup.situation()
        plan = try await ChangePlan(changes, now: now)
        then = try setup.situation(plan.overlay)
        self.form = form
        warn = setup.warn
        // Lines for programs are for addresses alone.
        if form == .brief { for remark in plan.allRemarks { setup.warn(remark) } }
    }

    private var changes: [Change] { plan.changes }

    private var text: ForecastText {
        ForecastText(
            explanation: ExplanationText(
                isColoured: .atTerminal, places: now.service.places, wrap: .ofTerminal),
            plan: plan)
    }

    /// Each address before and after.
    ///
    /// - Returns: what the command ends with, by the replies after the changes.
    func compare(_ input: AddressInput) async throws -> Int32? {
        var input = input
        var worst = ExplainOutcome.taken
        var isFirst = true
        if form == .json { print(try ForecastDocument.opening(plan)) }
        var patience = ExplainPatience()
        while let addresses = try input.next() {
            if let exhausted = patience.exhausted(before: addresses[0]) {
                warn(exhausted)
                worst = max(worst, .waits)
                break
            }
            let start = ContinuousClock.now
            let (now, then) = (now, then)
            let pairs = await addresses.mapTogether(limit: AddressInput.chunk) { address in
                (await now.explain(address), await then.completed(await then.explain(address)))
            }
            patience.note(pairs.map(\.1.reply), took: .now - start)
            for (before, after) in pairs {
                switch form {
                case .json:
                    let entry = try ExplanationDocument.text(
                        ForecastDocument.Entry(before: before, after: after))
                    print((isFirst ? "" : ",\n") + entry, terminator: "")
                case .text: print(text.render(before: before, after: after))
                case .brief: print(text.brief(before: before, after: after))
                }
                isFirst = false
                worst = max(worst, after.outcome)
            }
        }
        if form == .json { print("\n  ]\n}") }
        return worst.exitCode
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
        var patience = ExplainPatience()
        var gaps = survey.gaps
        for start in stride(from: 0, to: all.count, by: Self.together) {
            if let exhausted = patience.exhausted(before: all[start]) {
                gaps.append(exhausted)
                break
            }
            let began = ContinuousClock.now
            let some = all[start...].prefix(Self.together)
            let found = await some.mapTogether(limit: Self.together) { address in
                async let before = now.fate(of: Self.quoted(address))
                async let after = then.fate(of: Self.quoted(address))
                return Forecast(address: Self.address(address), before: await before, after: await after)
            }
            patience.note(found.map(\.after.reply), took: .now - began)
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
            gaps: gaps)
        switch form {
        case .json: print(try ForecastDocument.text(plan, result))
        case .text: print(text.render(result))
        case .brief: for forecast in result.forecasts { print(text.brief(forecast)) }
        }
        let isUnsure = !gaps.isEmpty || forecasts.contains { $0.after.reply.code == 451 }
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
