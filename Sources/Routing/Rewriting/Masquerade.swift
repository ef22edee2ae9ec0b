/// Hides the names of machines behind their domain: `masquerade_domains` in postconf(5).
///
///     masquerade_domains = !mail.example.org example.org
///     user@host.example.org → user@example.org
///     user@host.mail.example.org stays
///
/// The first element that is the domain or a parent of it decides.
public struct Masquerade: Hashable, Sendable {
    private struct Element: Hashable {
        /// In lower case.
        let domain: String
        /// False after `!`: what is below stays as it is.
        let hidesSubdomains: Bool
    }

    private let elements: [Element]

    /// - Parameter domains: the parameter's words.
    public init(_ domains: [String] = []) {
        elements = domains.map { word in
            let name = word.drop { $0 == "!" }
            return Element(
                domain: ASCII.folded(String(name)),
                hidesSubdomains: (word.utf8.count - name.utf8.count).isMultiple(of: 2))
        }
    }

    public var isEmpty: Bool { elements.isEmpty }

    /// The domain that stands for this one; nil where it stays.
    func domain(for domain: String) -> String? {
        let domain = ASCII.folded(domain)
        for element in elements {
            if element.domain == domain { return nil }
            guard domain.utf8.count > element.domain.utf8.count, domain.hasSuffix(element.domain),
                domain.utf8.dropLast(element.domain.utf8.count).last == UInt8(ascii: ".")
            else { continue }
            return element.hidesSubdomains ? element.domain : nil
        }
        return nil
    }
}
