import Foundation
import MailFormat

/// A change that somebody thinks of:
///
///     alias @example.org kerstin@example.com
///     mailbox kerstin@example.org
///     domain example.net
///     domain example.com in relay_domains
///     no alias jack@example.org [john@example.org]
///     no mailbox john@example.org
///     no domain example.org
struct Change: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case alias(source: String, targets: [String])
        case mailbox(String)
        /// In a list of main.cf; nil where that is for the setup to say.
        case domain(String, in: String?)
    }

    var kind: Kind
    /// What is thought of is that it goes.
    let isRemoval: Bool
    /// As the operator wrote it.
    let text: String

    init(_ text: String) throws(ExplainFailure) {
        var words = text.split { $0 == " " || $0 == "\t" || $0 == "," }.map(String.init)
        self.text = words.joined(separator: " ")
        isRemoval = words.first?.lowercased() == "no"
        if isRemoval { words.removeFirst() }
        let subject = words.isEmpty ? "" : words.removeFirst().lowercased()
        switch subject {
        case "alias":
            guard let source = words.first, isRemoval ? words.count <= 2 : words.count >= 2,
                Self.areAddresses(words.dropFirst())
            else {
                throw Self.mistake(
                    text,
                    isRemoval ? "no alias SOURCE, or no alias SOURCE TARGET" : "alias SOURCE TARGET[,TARGET]")
            }
            kind = .alias(source: source.lowercased(), targets: Array(words.dropFirst()))
        case "mailbox":
            guard words.count == 1, Self.areAddresses(words) else {
                throw Self.mistake(text, "mailbox ADDRESS, or no mailbox ADDRESS")
            }
            kind = .mailbox(words[0].lowercased())
        case "domain":
            guard words.count == 1 || words.count == 3 && words[1].lowercased() == "in",
                !words[0].contains("@"), !words[0].contains(":"), !words[0].hasPrefix("!")
            else {
                throw Self.mistake(text, "domain NAME [in LIST], or no domain NAME [in LIST]")
            }
            let list = words.count == 3 ? words[2].lowercased() : isRemoval ? nil : "virtual_mailbox_domains"
            if let list, !Self.domainLists.contains(list) {
                throw ExplainFailure(
                    "--what-if '\(text)': \(list) is no list of domains; there are \(Self.domainLists.joined(separator: ", "))",
                    exitCode: EX_USAGE)
            }
            kind = .domain(words[0].lowercased(), in: list)
        default:
            throw Self.mistake(text, "alias, mailbox or domain, with \"no\" before it for one that goes")
        }
        guard !text.utf8.contains(where: { $0 < 32 && $0 != 9 || $0 == 127 }) else {
            throw Self.mistake(text, "a change without control characters")
        }
    }

    /// The lists of main.cf that say whose a domain is, in the order in which they count.
    static let domainLists = [
        "mydestination", "virtual_alias_domains", "virtual_mailbox_domains", "relay_domains",
    ]

    private static func areAddresses(_ words: some Sequence<String>) -> Bool {
        words.allSatisfy { $0.contains("@") && !$0.hasSuffix("@") }
    }

    private static func mistake(_ text: String, _ form: String) -> ExplainFailure {
        ExplainFailure("--what-if '\(text)': not of the form \(form)", exitCode: EX_USAGE)
    }

    /// The domain whose addresses it is about; nil for a bare local part.
    var domain: String? {
        switch kind {
        case .alias(let address, _), .mailbox(let address): MailAddress(address).domain
        case .domain(let name, _): name
        }
    }
}
