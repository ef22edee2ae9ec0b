import PostfixConfig

/// A list of names in main.cf, such as `virtual_mailbox_domains`: "match lists" in postconf(5).
///
///     example.org, !secret.example.net, .example.net, /etc/postfix/domains, mysql:/etc/postfix/domains.cf
///
/// Elements, first match wins: a plain name; `type:name`, asked with the name as key; `/file`, whose words stand in
/// its place; `!element`, which says no. Names are compared without case.
public struct MatchList: Sendable {
    /// How names of parent domains match.
    public enum Subdomains: Sendable {
        /// Only the name itself: `mydestination`, `virtual_mailbox_domains`.
        case never
        /// `.example.org` matches subdomains.
        case withLeadingDot
        /// `example.org` matches subdomains too: the parameter is named in `parent_domain_matches_subdomains`.
        case always
    }

    struct Element: Sendable {
        enum Pattern: Sendable {
            /// In lower case.
            case word(String)
            /// A list of one table.
            case table(TableList)
            /// A file that cannot be read: asking fails, since "not in it" would be a guess.
            case unreadable(LookupFailure)
        }

        let pattern: Pattern
        /// What a match means: `!` turns it round.
        let says: Bool
        /// The file that it stands in; nil for main.cf.
        var file: String?
    }

    /// How a table is asked: with an observer, or as a step of an explanation.
    public typealias Ask = (TableList, _ key: String) async throws(LookupFailure) -> String?

    /// The parameter's name in main.cf.
    public let parameter: String
    let elements: [Element]
    let subdomains: Subdomains

    /// - Parameters:
    ///   - elements: the parameter's value, split at commas and white space.
    ///   - open: opens `type:name`, as the parameter's.
    public init<Failure: Error>(
        parameter: String, elements: [String], subdomains: Subdomains = .never,
        open: @escaping (String) throws(Failure) -> TableList
    ) throws(Failure) {
        self.parameter = parameter
        self.subdomains = subdomains
        var reading = Reading(open: open)
        for element in elements { try reading.add(element[...], says: true, depth: 0) }
        self.elements = reading.elements
    }

    /// Names alone.
    public init(parameter: String, names: [String] = [], subdomains: Subdomains = .never) {
        self.parameter = parameter
        self.subdomains = subdomains
        elements = names.map { Element(pattern: .word(KeyFolding.lowercase.fold($0)), says: true) }
    }

    public var isEmpty: Bool { elements.isEmpty }

    /// The first file that could not be read, for whoever wants to know at once.
    var unreadableFile: LookupFailure? {
        for element in elements {
            if case .unreadable(let failure) = element.pattern { return failure }
        }
        return nil
    }

    /// The first of its tables whose answers are remembered for an outage.
    public var remembering: TableList? {
        for case .table(let table) in elements.map(\.pattern) where table.isRemembering { return table }
        return nil
    }

    /// The tables of the list, each as a list of its own, in their order.
    public var tables: [TableList] {
        elements.compactMap { if case .table(let table) = $0.pattern { table } else { nil } }
    }

    /// The names of the list that say yes, as they are written.
    public var names: [String] {
        elements.compactMap { element in
            if case .word(let word) = element.pattern, element.says { word } else { nil }
        }
    }

    /// Which element matches a name, where it is one of the words before the first table; nil where a table answers.
    public func place(of name: String) -> String? {
        let name = KeyFolding.lowercase.fold(name)
        for element in elements {
            guard case .word(let word) = element.pattern else { return nil }
            guard matches(word, name) else { continue }
            let place = element.file ?? "main.cf"
            return word == name ? "named in \(place)" : "\(word) in \(place)"
        }
        return nil
    }

    // MARK: Matching

    /// What the names alone say: nil where the answer needs a table. Costs no question.
    public func answerFromNames(_ name: String) -> Bool? {
        let name = KeyFolding.lowercase.fold(name)
        for element in elements {
            guard case .word(let word) = element.pattern else { return nil }
            if matches(word, name) { return element.says }
        }
        return false
    }

    /// Whether the name is in the list.
    public func contains(_ name: String, ask: Ask) async throws(LookupFailure) -> Bool {
        let name = KeyFolding.lowercase.fold(name)
        for element in elements {
            switch element.pattern {
            case .word(let word):
                if matches(word, name) { return element.says }
            case .table(let table):
                if try await has(table, name, ask) { return element.says }
            case .unreadable(let failure):
                throw failure
            }
        }
        return false
    }

    public func contains(
        _ name: String, observer: (any LookupObserver)?
    ) async throws(LookupFailure) -> Bool {
        try await contains(name) { (table, key) async throws(LookupFailure) in
            try await table.lookup(key, observer: observer)
        }
    }

    /// - Parameter name: in lower case.
    func matches(_ word: String, _ name: String) -> Bool {
        if word == name { return true }
        switch subdomains {
        case .never:
            return false
        case .withLeadingDot:
            return word.utf8.first == UInt8(ascii: ".") && name.hasSuffix(word)
        case .always:
            guard name.utf8.count > word.utf8.count, name.hasSuffix(word) else { return false }
            return name.utf8.dropLast(word.utf8.count).last == UInt8(ascii: ".")
        }
    }

    /// Asks for the name and, where subdomains match, its parents: `b.example.org`, `example.org`, `org`. Tables of
    /// patterns are asked for the whole name only.
    func has(_ table: TableList, _ name: String, _ ask: Ask) async throws(LookupFailure) -> Bool {
        if try await ask(table, name) != nil { return true }
        guard subdomains != .never, table.tables.first?.keys == .fixed else { return false }
        for parent in DomainParents.of(name, withLeadingDot: subdomains == .withLeadingDot) {
            if try await ask(table, parent) != nil { return true }
        }
        return false
    }
}

/// A name's parents, nearest first.
public enum DomainParents {
    public static func of(_ domain: String, withLeadingDot: Bool) -> [String] {
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
