import LookupTables

extension DomainList {
    /// What the names alone say: nil where the answer needs a table. Costs no question.
    ///
    /// - Parameter domain: in lower case.
    func answerFromNames(_ domain: String) -> Bool? {
        for element in elements {
            guard case .name(let name) = element.pattern else { return nil }
            if matches(name, domain) { return element.says }
        }
        return false
    }

    /// Whether the domain is in the list.
    ///
    /// - Parameter domain: in lower case.
    func contains(_ domain: String, observer: (any RoutingObserver)? = nil) async throws(LookupFailure)
        -> Bool
    {
        for element in elements {
            switch element.pattern {
            case .name(let name):
                if matches(name, domain) { return element.says }
            case .table(let table):
                for key in keys(domain, for: table) {
                    if try await Question.ask(table, parameter, key, observer: observer) != nil {
                        return element.says
                    }
                }
            case .unreadable(let failure):
                throw failure
            }
        }
        return false
    }

    private func matches(_ name: String, _ domain: String) -> Bool {
        if name == domain { return true }
        switch subdomains {
        case .never:
            return false
        case .withLeadingDot:
            return name.utf8.first == UInt8(ascii: ".") && domain.hasSuffix(name)
        case .always:
            guard domain.utf8.count > name.utf8.count, domain.hasSuffix(name) else { return false }
            return domain.utf8.dropLast(name.utf8.count).last == UInt8(ascii: ".")
        }
    }

    /// The domain itself and, where subdomains match, its parents: `b.example.org`, `example.org`, `org`.
    private func keys(_ domain: String, for table: any LookupTable) -> [String] {
        guard subdomains != .never, table.keys == .fixed else { return [domain] }
        return [domain] + DomainParents.of(domain, withLeadingDot: subdomains == .withLeadingDot)
    }
}

/// A name's parents, nearest first.
enum DomainParents {
    static func of(_ domain: String, withLeadingDot: Bool) -> [String] {
        var parents: [String] = []
        var rest = domain[...]
        // A dot at the very start belongs to the name: `.example.org` has the parents of `example.org`.
        while let dot = rest.utf8.dropFirst().firstIndex(of: UInt8(ascii: ".")) {
            rest = withLeadingDot ? rest[dot...] : rest[rest.utf8.index(after: dot)...]
            guard !rest.isEmpty else { break }
            parents.append(String(rest))
        }
        return parents
    }
}
