import LookupTables
import PostfixConfig

/// A parameter that lists domains, an element at a time.
struct DomainList {
    let parameter: String
    private let elements: [String]
    private let setup: Setup

    init(_ parameter: String, _ setup: Setup) {
        self.parameter = parameter
        self.setup = setup
        elements = ListSyntax.split(setup.configuration.value(named: parameter) ?? "")
    }

    enum Answer {
        /// By the element, as it is written.
        case listed(String)
        case notListed
        case failed(LookupFailure)
    }

    /// The domains that stand there in words, also in files: in lower case.
    var words: [String] {
        elements.flatMap { element in
            element.hasPrefix("/") ? (try? ListSyntax.elements(ofFile: element)) ?? [] : [element]
        }
        .filter {
            !$0.isEmpty && !$0.contains(":") && !$0.hasPrefix("!") && !$0.hasPrefix("/") && !$0.hasPrefix("[")
        }
        .map { $0.lowercased() }
    }

    /// Which element has a domain. Maps that are known to be broken are not asked.
    func answer(_ domain: String) async -> Answer {
        for element in elements {
            let bare = String(element.drop { $0 == "!" })
            if setup.disabled.contains(Self.withoutProxy(bare)) { continue }
            let list = MatchList(parameter: parameter, elements: [bare]) {
                setup.opener.list(parameter, of: [$0])
            }
            do throws(LookupFailure) {
                if try await list.contains(domain, observer: nil) {
                    return element.hasPrefix("!") ? .notListed : .listed(bare)
                }
            } catch {
                return .failed(error)
            }
        }
        return .notListed
    }

    private static func withoutProxy(_ text: String) -> String {
        var text = text[...]
        while text.hasPrefix("proxy:") { text = text.dropFirst("proxy:".count) }
        return String(text)
    }
}

extension LookupFailure {
    /// What a rule says that asked a list of domains in vain.
    func finding(of rule: some Rule, asking domain: String) -> Finding {
        rule.finding(
            .warning, table,
            "could not be asked whether it has \(domain), so nobody knows which domains are ours",
            evidence: [Evidence(place: table, reason)],
            cure: "see to it that the map answers: postmap -q \(domain) \(table)", askedInVain: [table])
    }
}
