import LookupTables
import Routing

/// The aliases as a graph of numbers: for each key its targets, of the first map that has the key.
struct AliasGraph: Sendable {
    /// The edges of key `n` are `first[n] ..< first[n + 1]`.
    private let first: [Int32]
    private let targets: [Int32]
    /// The position of the map that answers; 255 where none does.
    private let maps: [UInt8]
    let mapNames: [String]
    private let rule: AddressExtension
    private let delimiters: [UInt8]
    let propagatesExtensions: Bool
    private let catchallAfterMailboxes: Bool
    private let wildcardLength: Int
    private let matchesLongestName: Bool

    /// How many edges there are.
    var count: Int { targets.count }

    func hasEdges(_ number: Int32) -> Bool {
        number < maps.count && maps[Int(number)] != UInt8.max
    }

    func edges(_ number: Int32) -> Range<Int> {
        guard hasEdges(number) else { return 0..<0 }
        return Int(first[Int(number)])..<Int(first[Int(number) + 1])
    }

    func target(_ edge: Int) -> Int32 { targets[edge] }

    func targets(of number: Int32) -> ArraySlice<Int32> { targets[edges(number)] }

    /// The map that answers a key.
    func mapName(of number: Int32) -> String {
        guard hasEdges(number) else { return "" }
        let position = Int(maps[Int(number)])
        return mapNames.indices.contains(position) ? mapNames[position] : ""
    }

    /// A key that two maps answer, where the second says something that the first does not.
    struct Conflict: Hashable, Sendable {
        let key: Int32
        /// Position of the map that is not heard.
        let unheard: UInt8
    }

    static func build(
        book: AddressBook, edges: AliasEdges, settings: RoutingSettings, mapNames: [String]
    ) -> (graph: AliasGraph, conflicts: [Conflict]) {
        var maps = [UInt8](repeating: UInt8.max, count: book.count)
        for index in 0..<edges.count {
            let source = Int(edges.sources[index])
            if edges.maps[index] < maps[source] { maps[source] = edges.maps[index] }
        }
        var first = [Int32](repeating: 0, count: book.count + 1)
        var unheard: [Int] = []
        for index in 0..<edges.count {
            let source = Int(edges.sources[index])
            if edges.maps[index] == maps[source] { first[source + 1] += 1 } else { unheard.append(index) }
        }
        for number in 0..<book.count { first[number + 1] += first[number] }
        var next = first
        var targets = [Int32](repeating: 0, count: edges.count - unheard.count)
        for index in 0..<edges.count {
            let source = Int(edges.sources[index])
            guard edges.maps[index] == maps[source] else { continue }
            targets[Int(next[source])] = edges.targets[index]
            next[source] += 1
        }
        let graph = AliasGraph(
            first: first, targets: targets, maps: maps, mapNames: mapNames,
            rule: AddressExtension(settings), delimiters: Array(settings.recipientDelimiter.utf8),
            propagatesExtensions: settings.propagatesVirtualExtensions,
            catchallAfterMailboxes: settings.catchallAfterMailboxes,
            wildcardLength: settings.aliasWildcardLength, matchesLongestName: settings.matchesLongestName)
        var conflicts: Set<Conflict> = []
        for index in unheard where !graph.targets(of: edges.sources[index]).contains(edges.targets[index]) {
            conflicts.insert(Conflict(key: edges.sources[index], unheard: edges.maps[index]))
        }
        return (graph, conflicts.sorted { ($0.key, $0.unheard) < ($1.key, $1.unheard) })
    }

    private init(
        first: [Int32], targets: [Int32], maps: [UInt8], mapNames: [String], rule: AddressExtension,
        delimiters: [UInt8], propagatesExtensions: Bool, catchallAfterMailboxes: Bool,
        wildcardLength: Int, matchesLongestName: Bool
    ) {
        self.first = first
        self.targets = targets
        self.maps = maps
        self.mapNames = mapNames
        self.rule = rule
        self.delimiters = delimiters
        self.propagatesExtensions = propagatesExtensions
        self.catchallAfterMailboxes = catchallAfterMailboxes
        self.wildcardLength = wildcardLength
        self.matchesLongestName = matchesLongestName
    }
}

extension AliasGraph {
    /// The key that an address is found under.
    struct Answer: Sendable {
        enum Form: Sendable { case whole, withoutExtension, catchall }
        let key: Int32
        let form: Form
        /// With its delimiter; empty where the key has it or there is none.
        var `extension` = ""
    }

    /// Finds the key in the order of virtual(5), by Routing's own list of keys; nil where the address is no alias.
    func answer(of number: Int32, _ book: AddressBook, _ domains: DomainTable) -> Answer? {
        if hasEdges(number) { return Answer(key: number, form: .whole) }
        let domain = book.domain(of: number)
        let isOwn = domains.isOwn(domain)
        if isOwn || wildcardLength > 0 || hasDelimiter(number, book) {
            let keys = AddressKeys(
                book.address(number), rule: rule, isOwn: isOwn, catchall: false,
                names: namesBeforeMailbox(number, domain, book, domains), wildcards: wildcardLength)
            for key in keys.keys {
                guard let found = book.find(key.text), hasEdges(found) else { continue }
                switch key.kind {
                case .whole: return Answer(key: found, form: .whole)
                case .withoutExtension:
                    return Answer(key: found, form: .withoutExtension, extension: key.unmatched)
                case .wildcard where isAfterMailboxes(number, domain, book, domains): return nil
                case .wildcard, .catchall, .domain: return Answer(key: found, form: .catchall)
                }
            }
        }
        guard domain >= 0 else { return nil }
        let catchall = domains.entry(domain).catchall
        guard catchall >= 0, hasEdges(catchall), catchall != number,
            !isAfterMailboxes(number, domain, book, domains)
        else { return nil }
        return Answer(key: catchall, form: .catchall)
    }

    /// `recipient_delimiter_longest_match`: how many names of an address may be asked for, the longest first, until one
    /// is a mailbox or an alias; nil where all may.
    private func namesBeforeMailbox(
        _ number: Int32, _ domain: Int32, _ book: AddressBook, _ domains: DomainTable
    ) -> Int? {
        guard matchesLongestName, domains.entry(domain).addressClass == .virtualMailbox else { return nil }
        let localPart = book.localPart(of: number)
        let names = [localPart] + rule.splits(localPart).map(\.user)
        guard names.count > 1 else { return nil }
        return names.firstIndex { name in
            guard let found = book.find(localPart: name, domain: domain) else { return false }
            return hasEdges(found) || book.marks[Int(found)].contains(.mailbox)
        }.map { $0 + 1 }
    }

    /// A mailbox that is asked for before the catch-all of its domain.
    private func isAfterMailboxes(
        _ number: Int32, _ domain: Int32, _ book: AddressBook, _ domains: DomainTable
    ) -> Bool {
        catchallAfterMailboxes && domains.entry(domain).addressClass == .virtualMailbox
            && isMailbox(number, book, domains)
    }

    /// Whether the mailbox maps that were read have the address.
    func isMailbox(_ number: Int32, _ book: AddressBook, _ domains: DomainTable) -> Bool {
        if book.marks[Int(number)].contains(.mailbox) { return true }
        let domain = book.domain(of: number)
        if domain >= 0, domains.entry(domain).mailboxCatchall >= 0 { return true }
        guard hasDelimiter(number, book) else { return false }
        let keys = AddressKeys(
            book.address(number), rule: rule, isOwn: domains.isOwn(domain), catchall: false)
        return keys.keys.contains { key in
            book.find(key.text).map { book.marks[Int($0)].contains(.mailbox) } ?? false
        }
    }

    private func hasDelimiter(_ number: Int32, _ book: AddressBook) -> Bool {
        !delimiters.isEmpty && book.withLocalPart(of: number) { $0.contains { delimiters.contains($0) } }
    }

    /// Whether an address is among its own targets, so that the search ends there.
    func leadsToItself(_ number: Int32, _ answer: Answer, _ book: AddressBook) -> Bool {
        targets(of: answer.key).contains { leads($0, to: number, answer, book) }
    }

    /// Whether a target of an address is that address again, the extension that goes over to it included.
    func leads(_ target: Int32, to number: Int32, _ answer: Answer, _ book: AddressBook) -> Bool {
        let passesOn = !answer.extension.isEmpty && propagatesExtensions
        let domain = book.domain(of: target)
        if book.hasEmptyLocalPart(target), domain >= 0 {
            return domain == book.domain(of: number) && (answer.extension.isEmpty || passesOn)
        }
        guard passesOn else { return target == number }
        return domain == book.domain(of: number)
            && book.localPart(of: target) + answer.extension == book.localPart(of: number)
    }
}
