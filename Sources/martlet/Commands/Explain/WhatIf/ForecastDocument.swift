import Foundation
import MailFormat

/// The forecasts for programs: Documentation/explain.md says what each field is. Fields are added, never changed.
enum ForecastDocument {
    /// Everything before the first entry.
    static func opening(_ plan: ChangePlan) throws -> String {
        let remarks = plan.allRemarks
        return "{\n  \"what-if\" : \(try list(plan.changes.map(\.text))),\n"
            + (remarks.isEmpty ? "" : "  \"remarks\" : \(try list(remarks)),\n") + "  \"forecasts\" : ["
    }

    static func text(_ plan: ChangePlan, _ result: SurveyResult) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(Survey(plan, result)), as: UTF8.self)
    }

    private static func list(_ texts: [String]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return String(decoding: try encoder.encode(texts), as: UTF8.self)
    }

    /// One address: the explanation of each.
    struct Entry: Encodable {
        let address: String
        /// `unchanged`, `elsewhere`, `refused`, `taken`, `otherwise`
        let change: String
        let before: ExplanationDocument.Entry
        let after: ExplanationDocument.Entry

        init(before: Explanation, after: Explanation) {
            address = after.address.text
            change = Forecast(address: after.address, before: before.fate, after: after.fate).kind.rawValue
            self.before = ExplanationDocument.Entry(before)
            self.after = ExplanationDocument.Entry(after)
        }
    }

    /// All addresses of some domains: those that change.
    struct Survey: Encodable {
        let whatIf: [String]
        let remarks: [String]?
        let domains: [String]
        let addresses: Int
        let counts: [String: Int]
        let gaps: [String]
        let changes: [Change]

        enum CodingKeys: String, CodingKey {
            case whatIf = "what-if"
            case remarks, domains, addresses, counts, gaps, changes
        }

        struct Change: Encodable {
            let address: String
            let change: String
            let before: Outcome
            let after: Outcome
        }

        struct Outcome: Encodable {
            let reply: ExplanationDocument.Reply
            let deliveries: [Delivery]

            init(_ fate: Fate) {
                reply = ExplanationDocument.Reply(fate.reply)
                deliveries = fate.deliveries.map {
                    Delivery(
                        recipient: $0.recipient.text, transport: $0.route?.transport,
                        nexthop: $0.route?.nextHop, end: $0.end.code)
                }
            }
        }

        struct Delivery: Encodable {
            let recipient: String
            let transport: String?
            let nexthop: String?
            let end: String?
        }

        init(_ plan: ChangePlan, _ result: SurveyResult) {
            whatIf = plan.changes.map(\.text)
            remarks = plan.allRemarks.isEmpty ? nil : plan.allRemarks
            domains = result.domains
            addresses = result.addresses
            counts = Dictionary(uniqueKeysWithValues: result.counts.map { ($0.key.rawValue, $0.value) })
            gaps = result.gaps
            self.changes = result.forecasts.map {
                Change(
                    address: $0.address.text, change: $0.kind.rawValue, before: Outcome($0.before),
                    after: Outcome($0.after))
            }
        }
    }
}
