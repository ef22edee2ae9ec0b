import LookupTables
import PostfixConfig

/// A list of domains in main.cf, such as `virtual_mailbox_domains`: "Postfix match lists" in postconf(5).
///
/// Elements, first match wins: a plain name; `type:name`, asked with the domain as key; `/file`, whose
/// words stand in its place; `!element`, which says no. Names are compared without case.
public struct DomainList: Sendable {
    /// How names of parent domains match.
    public enum Subdomains: Sendable {
        /// Only the name itself (`string_list`: `mydestination`, `virtual_mailbox_domains`).
        case never
        /// `.example.org` matches subdomains (`domain_list`).
        case withLeadingDot
        /// `example.org` matches subdomains too (named in `parent_domain_matches_subdomains`).
        case always
    }

    enum Pattern: Sendable {
        case name(String)
        case table(any LookupTable)
        /// A file that cannot be read: asking fails, since "not ours" would be a guess.
        case unreadable(LookupFailure)
    }

    struct Element: Sendable {
        let pattern: Pattern
        let says: Bool
    }

    /// The parameter's name in main.cf.
    public let parameter: String
    let elements: [Element]
    let subdomains: Subdomains

    /// - Parameters:
    ///   - elements: the parameter's value, split at commas and white space.
    ///   - open: opens `type:name`; what cannot be opened fails when it is asked.
    public init(
        parameter: String, elements: [String], subdomains: Subdomains = .never,
        open: (String) -> any LookupTable
    ) {
        self.parameter = parameter
        self.subdomains = subdomains
        var result: [Element] = []
        for element in elements { Self.add(element, says: true, depth: 0, to: &result, open: open) }
        self.elements = result
    }

    /// Names alone.
    public init(parameter: String, names: [String], subdomains: Subdomains = .never) {
        self.parameter = parameter
        self.subdomains = subdomains
        elements = names.map { Element(pattern: .name(ASCII.folded($0)), says: true) }
    }

    public var isEmpty: Bool { elements.isEmpty }

    /// Whether the answer may need a table.
    var asksTables: Bool {
        elements.contains {
            if case .name = $0.pattern { false } else { true }
        }
    }

    private static func add(
        _ text: String, says: Bool, depth: Int, to elements: inout [Element],
        open: (String) -> any LookupTable
    ) {
        var says = says
        var text = text[...]
        while text.utf8.first == UInt8(ascii: "!") {
            says.toggle()
            text = text.dropFirst()
        }
        guard !text.isEmpty else { return }
        if text.utf8.first == UInt8(ascii: "/") {
            let path = String(text)
            guard depth < 10 else {
                elements.append(
                    Element(
                        pattern: .unreadable(failure(path, "files that name files: more than 10 deep")),
                        says: says))
                return
            }
            do throws(FileContent.Failure) {
                for element in try ListSyntax.elements(ofFile: path) {
                    add(element, says: says, depth: depth + 1, to: &elements, open: open)
                }
            } catch {
                let reason = "cannot read the file: \(error)"
                elements.append(Element(pattern: .unreadable(failure(path, reason)), says: says))
            }
        } else if text.utf8.first != UInt8(ascii: "["), text.utf8.contains(UInt8(ascii: ":")) {
            elements.append(Element(pattern: .table(open(String(text))), says: says))
        } else {
            elements.append(Element(pattern: .name(ASCII.folded(String(text))), says: says))
        }
    }

    private static func failure(_ path: String, _ reason: String) -> LookupFailure {
        LookupFailure(table: path, cause: .configuration, reason: reason)
    }
}
