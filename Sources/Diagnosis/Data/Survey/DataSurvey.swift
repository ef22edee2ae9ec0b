import LookupTables
import MailFormat
import Routing

/// The operator's data as the maps have them: every alias, mailbox and domain, read once for all rules.
///
/// It says where to look. Whether something found here is true of the mail is for ``Router`` to say, by the same code
/// that mail goes through.
struct DataSurvey: Sendable {
    var book: AddressBook
    let graph: AliasGraph
    let domains: DomainTable
    let troubles: RowTroubles
    let aliasMaps: [SurveyedMap]
    let mailboxMaps: [SurveyedMap]
    /// The tables in lists of domains.
    let domainMaps: [SurveyedMap]
    /// Keys that two alias maps answer, and the answers are not the same.
    let aliasConflicts: [AliasGraph.Conflict]
    /// The same of mailbox maps.
    let mailboxConflicts: [Int32]

    /// Whether every table of the kind was read to its end.
    var knowsAliases: Bool { aliasMaps.allSatisfy(\.isRead) }
    var knowsMailboxes: Bool { mailboxMaps.allSatisfy(\.isRead) }

    var maps: [SurveyedMap] { aliasMaps + mailboxMaps + domainMaps }

    static let mailboxDomains = "virtual_mailbox_domains"
    static let aliasDomains = "virtual_alias_domains"
}

extension DataSurvey {
    /// Reads everything that can be read. Long where tables are long.
    init(_ setup: Setup) async {
        let tables = RoutingTables(setup.configuration, opener: setup.opener)
        let settings = RoutingSettings(setup.configuration)
        let draft = SharedDraft(SurveyDraft())
        let reader = DestinationReader(router: setup.router, lengthLimit: settings.aliasAddressLengthLimit)

        var aliasMaps = Self.maps(of: tables.virtualAliasMaps)
        var mailboxMaps = Self.maps(of: tables.virtualMailboxMaps)
        let comparing = mailboxMaps.count > 1
        let steps = Double(aliasMaps.count + mailboxMaps.count + 3)
        var step = 0.0
        func show(_ what: String) {
            setup.run.show(.readingTables, "reading \(what)", step / steps)
            step += 1
        }
        for index in aliasMaps.indices {
            show("aliases")
            let map = aliasMaps[index]
            await aliasMaps[index].read(into: draft, unless: setup.disabled) { draft, row in
                draft.takeAlias(row, of: map, reader)
            }
        }
        for index in mailboxMaps.indices {
            show("mailboxes")
            let map = mailboxMaps[index]
            await mailboxMaps[index].read(into: draft, unless: setup.disabled) { draft, row in
                draft.takeMailbox(row, of: map, comparing: comparing)
            }
        }
        show("domains")
        var domainMaps: [SurveyedMap] = []
        for list in [
            tables.virtualMailboxDomains, tables.virtualAliasDomains, tables.relayDomains,
            tables.mydestination,
        ] {
            domainMaps += await Self.read(
                list, into: draft, known: aliasMaps + mailboxMaps, disabled: setup.disabled)
        }
        var parts = draft.take(leaving: SurveyDraft())
        Self.listBareKeys(&parts, tables)

        show("ways of domains")
        domains = await DomainTable(
            parts, tables: tables, router: setup.router, isComplete: domainMaps.allSatisfy(\.isRead))
        show("ways of aliases")
        let built = AliasGraph.build(
            book: parts.book, edges: parts.edges, settings: settings, mapNames: aliasMaps.map(\.name))
        graph = built.graph
        aliasConflicts = built.conflicts
        mailboxConflicts = Self.conflicts(&parts.mailboxAnswers)
        book = parts.book
        troubles = parts.troubles
        self.aliasMaps = aliasMaps
        self.mailboxMaps = mailboxMaps
        self.domainMaps = domainMaps
        setup.run.show(.readingTables, "reading", 1)
    }

    private static func maps(of list: TableList) -> [SurveyedMap] {
        list.tables.enumerated().map {
            SurveyedMap(parameter: list.parameter, position: $0.offset, table: $0.element)
        }
    }

    private static func read(
        _ list: MatchList, into draft: SharedDraft<SurveyDraft>, known: [SurveyedMap],
        disabled: Set<String>
    ) async -> [SurveyedMap] {
        var maps: [SurveyedMap] = []
        let parameter = list.parameter
        for part in list.parts {
            switch part {
            case .name(let name, let says):
                if says { draft.change { $0.takeDomain(name, parameter: parameter) } }
            case .unreadable: continue
            case .table(let tables, let says):
                guard let table = tables.tables.first else { continue }
                var map = SurveyedMap(parameter: parameter, position: maps.count, table: table)
                if let read = known.first(where: { $0.name == table.name }) {
                    // `virtual_alias_domains = $virtual_alias_maps`: its bare keys are domains.
                    map.obstacle = read.obstacle
                    map.rows = read.rows
                } else if says {
                    await map.read(into: draft, unless: disabled) { draft, row in
                        draft.takeDomain(row, parameter: parameter)
                    }
                }
                maps.append(map)
            }
        }
        return maps
    }

    /// The keys without an `@` of maps that are lists of domains as well.
    private static func listBareKeys(_ parts: inout SurveyDraft, _ tables: RoutingTables) {
        func names(_ list: MatchList) -> Set<String> {
            Set(
                list.parts.compactMap { part in
                    if case .table(let tables, _) = part { tables.tables.first?.name } else { nil }
                })
        }
        let aliasNames = names(tables.virtualAliasDomains)
        let mailboxNames = names(tables.virtualMailboxDomains)
        let areAliases = tables.virtualAliasMaps.tables.contains { aliasNames.contains($0.name) }
        let areMailboxes = tables.virtualMailboxMaps.tables.contains { mailboxNames.contains($0.name) }
        guard areAliases || areMailboxes else { return }
        for number in 0..<Int32(parts.book.count) where parts.book.domain(of: number) < 0 {
            let marks = parts.book.marks[Int(number)]
            let name = parts.book.localPart(of: number)
            if areAliases, marks.contains(.alias) { parts.takeDomain(name, parameter: aliasDomains) }
            if areMailboxes, marks.contains(.mailbox) { parts.takeDomain(name, parameter: mailboxDomains) }
        }
    }

    private static func conflicts(_ answers: inout [SurveyDraft.MailboxAnswer]) -> [Int32] {
        guard !answers.isEmpty else { return [] }
        answers.sort { ($0.address, $0.map) < ($1.address, $1.map) }
        var conflicts: [Int32] = []
        for (one, next) in zip(answers, answers.dropFirst())
        where one.address == next.address && one.map != next.map && one.hash != next.hash {
            if conflicts.last != one.address { conflicts.append(one.address) }
        }
        answers = []
        return conflicts
    }
}

extension SurveyedMap {
    /// Maps that are known to be out of order are left alone: another finding names the cause.
    fileprivate mutating func read(
        into draft: SharedDraft<SurveyDraft>, unless disabled: Set<String>,
        take: @escaping @Sendable (inout SurveyDraft, MapRow) -> Void
    ) async {
        if disabled.contains(name) {
            obstacle = Self.outOfOrder
        } else {
            await read(into: draft, take: take)
        }
    }

    /// The obstacle of a map that another finding is about.
    static let outOfOrder = "it cannot be asked"
}
