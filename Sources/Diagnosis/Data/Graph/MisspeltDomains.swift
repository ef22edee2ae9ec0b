import PostfixConfig
import Routing

/// Targets of aliases at domains that are not ours and are a slip away from one of ours, where the same name is a
/// mailbox: `john@exmaple.org` beside `john@example.org`.
struct MisspeltDomains {
    struct Slip: Sendable {
        let alias: Int32
        let target: Int32
        /// The mailbox.
        let meant: String
    }

    private(set) var slips: [Slip] = []

    init(_ survey: DataSurvey) {
        let book = survey.book
        let near = Self.nearDomains(survey)
        guard !near.isEmpty else { return }
        for alias in 0..<Int32(book.count) where survey.graph.hasEdges(alias) {
            for target in survey.graph.targets(of: alias) {
                guard let own = near[book.domain(of: target)],
                    let mailbox = book.find(localPart: book.localPart(of: target), domain: own),
                    book.marks[Int(mailbox)].contains(.mailbox)
                else { continue }
                slips.append(Slip(alias: alias, target: target, meant: book.text(mailbox)))
            }
        }
    }

    /// Our domain for each that is not ours and one slip away.
    private static func nearDomains(_ survey: DataSurvey) -> [Int32: Int32] {
        let domains = survey.book.domains
        // Names that are a slip apart have one in common that lacks a letter of each, or one lacks a letter of the other.
        var own: [[UInt8]: Int32] = [:]
        for domain in 0..<Int32(domains.count) where survey.domains.entry(domain).addressClass == .virtualMailbox {
            for name in shorter(domains.withText(domain) { Array($0) }) { own[name] = domain }
        }
        var near: [Int32: Int32] = [:]
        for domain in 0..<Int32(domains.count) where survey.domains.entry(domain).addressClass == .other {
            let name = domains.withText(domain) { Array($0) }
            for candidate in Set(shorter(name).compactMap { own[$0] }) {
                let ours = domains.withText(candidate) { Array($0) }
                // example1.org is not example2.org.
                guard digits(ours) == digits(name), Spelling.distance(ours, name) == 1 else { continue }
                near[domain] = candidate
            }
        }
        return near
    }

    /// A name, and the same without each of its letters.
    private static func shorter(_ name: [UInt8]) -> [[UInt8]] {
        guard name.count <= 255 else { return [] }
        return [name]
            + name.indices.map { index in
                var rest = name
                rest.remove(at: index)
                return rest
            }
    }

    private static func digits(_ name: [UInt8]) -> [UInt8] { name.filter { (0x30...0x39).contains($0) } }
}
