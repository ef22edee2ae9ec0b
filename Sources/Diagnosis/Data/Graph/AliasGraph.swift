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
            catchallAfterMailboxes: settings.catchallAfterMailboxes)
        var conflicts: Set<Conflict> = []
        for index in unheard where !graph.targets(of: edges.sources[index]).contains(edges.targets[index]) {
            conflicts.insert(Conflict(key: edges.sources[index], unheard: edges.maps[index]))
        }
        return (graph, conflicts.sorted { ($0.key, $0.unheard) < ($1.key, $1.unheard) })
    }

    private init(
        first: [Int32], targets: [Int32], maps: [UInt8], mapNames: [String], rule: AddressExtension,
        delimiters: [UInt8], propagatesExtensions: Bool, catchallAfterMailboxes: Bool
    ) {
        self.first = first
        self.targets = targets
        self.maps = maps
        self.mapNames = mapNames
        self.rule = rule
        self.delimiters = delimiters
        self.propagatesExtensions = propagatesExtensions
        self.catchallAfterMailboxes = catchallAfterMailboxes
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

    /// Finds the key in the order of virtual(5); nil where the address is no alias.
    func answer(of number: Int32, _ book: AddressBook, _ domains: DomainTable) -> Answer? {
        if hasEdges(number) { return Answer(key: number, form: .whole) }
        let domain = book.domain(of: number)
        let split = split(number, book)
        if let split, let bare = book.find(localPart: split.user, domain: domain), hasEdges(bare) {
            return Answer(key: bare, form: .withoutExtension, extension: split.extension)
        }
        guard domain >= 0 else { return nil }
        if domains.isOwn(domain) {
            let word = book.withLocalPart(of: number) {
                book.find(localPart: $0, domain: AddressBook.noDomain)
            }
            if let word, hasEdges(word) { return Answer(key: word, form: .whole) }
            if let split, let word = book.find(localPart: split.user, domain: AddressBook.noDomain),
                hasEdges(word)
            {
                return Answer(key: word, form: .withoutExtension, extension: split.extension)
            }
        }
        let catchall = domains.entry(domain).catchall
        guard catchall >= 0, hasEdges(catchall), catchall != number else { return nil }
        if catchallAfterMailboxes, domains.entry(domain).addressClass == .virtualMailbox,
            isMailbox(number, book, domains)
        {
            return nil
        }
        return Answer(key: catchall, form: .catchall)
    }

    /// Whether the mailbox maps that were read have the address.
    func isMailbox(_ number: Int32, _ book: AddressBook, _ domains: DomainTable) -> Bool {
        if book.marks[Int(number)].contains(.mailbox) { return true }
        let domain = book.domain(of: number)
        if domain >= 0, domains.entry(domain).mailboxCatchall >= 0 { return true }
        guard let split = split(number, book),
            let bare = book.find(localPart: split.user, domain: domain)
        else { return false }
        return book.marks[Int(bare)].contains(.mailbox)
    }

    func split(_ number: Int32, _ book: AddressBook) -> (user: String, extension: String)? {
        guard !delimiters.isEmpty,
            book.withLocalPart(of: number, { $0.contains { delimiters.contains($0) } })
        else { return nil }
        return rule.split(book.localPart(of: number))
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
