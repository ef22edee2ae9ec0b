import LookupTables
import MailFormat

/// The questions about one recipient. Each key of each list is asked once, however often it comes up; what
/// is wanted at the same time is asked at the same time.
struct Inquiry {
    let core: RoutingCore
    let observer: (any RoutingObserver)?
    let trail: LookupTrail?
    /// Who the mail is from: some routes depend on it.
    let sender: ReversePath
    private var answers: [Subject: Answer] = [:]
    private var destinations: [MailAddress: Result<Destination, LookupFailure>] = [:]
    private var classes: [String: AddressClass] = [:]
    var standings: [MailAddress: Result<Standing, LookupFailure>] = [:]
    var routes: [MailAddress: Route] = [:]
    private var ownDomains: [String: Result<Bool, LookupFailure>] = [:]

    init(
        _ core: RoutingCore, from sender: ReversePath = .null, observer: (any RoutingObserver)?,
        trail: LookupTrail?
    ) {
        self.core = core
        self.sender = sender
        self.trail = trail
        self.observer = observer
    }

    private struct Subject: Hashable {
        let parameter: String
        let key: ExactKey

        init(_ list: TableList, _ key: AddressKeys.Key) {
            parameter = list.parameter
            self.key = ExactKey(key.text)
        }
    }

    private typealias Answer = Result<String?, LookupFailure>

    /// What a search ended with.
    enum Finding: Sendable {
        case found(String, key: AddressKeys.Key, extension: String)
        case notFound
        case failed(LookupFailure)
    }

    func tell(_ step: @autoclosure () -> RoutingStep) {
        observer?.observed(step())
    }

    // MARK: Searching

    /// Puts the keys of each address to the list, one after the other until one is found.
    ///
    /// The addresses go side by side: all first keys travel together, then all second keys of those that are
    /// left. A key that two addresses share (`@domain`) is asked once.
    mutating func search(_ list: TableList, for searches: [AddressKeys]) async -> [Finding] {
        guard !list.isEmpty else { return searches.map { _ in .notFound } }
        if searches.count == 1 { return [await search(list, for: searches[0])] }
        var findings = [Finding?](repeating: nil, count: searches.count)
        var next = [Int](repeating: 0, count: searches.count)
        while true {
            var wanted: [AddressKeys.Key] = []
            var seen: Set<String> = []
            for index in searches.indices where findings[index] == nil {
                findings[index] = advance(&next[index], in: searches[index], of: list)
                guard findings[index] == nil else { continue }
                for key in searches[index].together(from: next[index])
                where answers[Subject(list, key)] == nil && seen.insert(key.text).inserted {
                    wanted.append(key)
                }
            }
            if wanted.isEmpty { break }
            await ask(list, wanted)
        }
        return findings.map { $0 ?? .notFound }
    }

    /// One address alone: the common case, with nothing to put side by side.
    private mutating func search(_ list: TableList, for search: AddressKeys) async -> Finding {
        var next = 0
        var hasAsked = false
        while true {
            if let finding = advance(&next, in: search, of: list) {
                if hasAsked { tellUnasked(after: next, in: search, of: list, finding) }
                return finding
            }
            hasAsked = true
            await ask(list, search.together(from: next).filter { answers[Subject(list, $0)] == nil })
        }
    }

    /// Goes on through what is answered already; nil where the next key has to be asked.
    private func advance(_ next: inout Int, in search: AddressKeys, of list: TableList) -> Finding? {
        while next < search.keys.count {
            let key = search.keys[next]
            switch answers[Subject(list, key)] {
            case nil:
                return nil
            case .success(let value?):
                return .found(
                    value, key: key, extension: key.unmatched.isEmpty ? search.extension : key.unmatched)
            case .success(nil):
                next += 1
            case .failure(let failure):
                return .failed(failure)
            }
        }
        return .notFound
    }

    /// The keys of the address that need no question any more.
    private func tellUnasked(
        after next: Int, in search: AddressKeys, of list: TableList, _ finding: Finding
    ) {
        guard let observer, case .found(_, let answered, _) = finding else { return }
        for key in search.keys[(next + 1)...] where answers[Subject(list, key)] == nil {
            observer.observed(
                .notAsked(
                    parameter: list.parameter, key: key.text,
                    because: "\(answered.text) comes first and has an answer"))
        }
    }

    private mutating func ask(_ list: TableList, _ keys: [AddressKeys.Key]) async {
        if keys.count == 1 {
            let answer = await Self.answer(list, keys[0], observer, trail)
            answers[Subject(list, keys[0])] = answer
            return
        }
        let trail = trail
        let records = observer.map { _ in keys.map { _ in RoutingRecord() } }
        let results = await withTaskGroup(of: (Int, Answer).self) { group in
            for (index, key) in keys.enumerated() {
                let record = records?[index]
                group.addTask { (index, await Self.answer(list, key, record, trail)) }
            }
            var results: [(Int, Answer)] = []
            for await result in group { results.append(result) }
            return results
        }
        for (index, answer) in results {
            answers[Subject(list, keys[index])] = answer
        }
        if let observer, let records { for record in records { record.drain(into: observer) } }
    }

    private static func answer(
        _ list: TableList, _ key: AddressKeys.Key, _ observer: (any RoutingObserver)?,
        _ trail: LookupTrail?
    ) async -> Answer {
        do {
            return .success(
                try await Question.ask(
                    list, key.text, isPartial: key.isPartial, observer: observer, trail: trail))
        } catch {
            return .failure(error)
        }
    }

    // MARK: Domains

    /// Takes over what is known already.
    mutating func note(_ destination: Destination, of address: MailAddress) {
        // A recipient that was rewritten is still itself where an alias leads back to it.
        if destinations[address] == nil { destinations[address] = .success(destination) }
        destinations[destination.address] = .success(destination)
        classes[ASCII.folded(destination.address.domain ?? "")] = destination.addressClass
    }

    mutating func destination(of address: MailAddress) async throws(LookupFailure) -> Destination {
        if let known = destinations[address] { return try known.get() }
        do {
            let destination = try await core.destination(
                of: address, known: classes, observer: observer, trail: trail)
            note(destination, of: address)
            return destination
        } catch {
            destinations[address] = .failure(error)
            throw error
        }
    }

    /// Finds the classes of several addresses' domains side by side, each domain once.
    mutating func askForDomains(of addresses: [MailAddress]) async {
        var asked: Set<String> = []
        let unknown = addresses.filter {
            let domain = ASCII.folded($0.domain ?? "")
            return destinations[$0] == nil && classes[domain] == nil && asked.insert(domain).inserted
        }
        guard unknown.count > 1 else { return }
        let (core, observer, trail) = (core, observer, trail)
        let found = await withTaskGroup(of: (Int, RoutingRecord?, Result<Destination, LookupFailure>).self) {
            group in
            for (index, address) in unknown.enumerated() {
                let record = observer.map { _ in RoutingRecord() }
                group.addTask {
                    do throws(LookupFailure) {
                        return (
                            index, record,
                            .success(
                                try await core.destination(of: address, observer: record, trail: trail))
                        )
                    } catch {
                        return (index, record, .failure(error))
                    }
                }
            }
            var found: [(Int, RoutingRecord?, Result<Destination, LookupFailure>)] = []
            for await result in group { found.append(result) }
            return found.sorted { $0.0 < $1.0 }
        }
        for (index, record, result) in found {
            if let observer { record?.drain(into: observer) }
            switch result {
            case .success(let destination): note(destination, of: unknown[index])
            case .failure: destinations[unknown[index]] = result
            }
        }
    }

    /// Whether the bare local part is a key too: the domain is `$myorigin`, in `$mydestination`, or an interface's address.
    mutating func isOwn(_ domain: String?) async throws(LookupFailure) -> Bool {
        guard let domain else { return false }
        let folded = ASCII.folded(domain)
        if folded == core.foldedOrigin { return true }
        if let answer = core.tables.mydestination.answerFromNames(folded) {
            return answer || core.tables.interfaces.contains(folded)
        }
        if let known = ownDomains[folded] { return try known.get() }
        do {
            let isLocal = try await core.isLocal(folded, observer: observer, trail: trail)
            ownDomains[folded] = .success(isLocal)
            return isLocal
        } catch {
            ownDomains[folded] = .failure(error)
            throw error
        }
    }

    /// The address's keys, all forms; `catchall` false leaves `@domain` out.
    mutating func keys(
        of address: MailAddress, catchall: Bool = true, names: Int? = nil, wildcards: Int = 0
    ) async throws(LookupFailure) -> AddressKeys {
        let isOwn = try await isOwn(address.domain)
        return AddressKeys(
            address, rule: core.extensionRule, isOwn: isOwn, catchall: catchall, names: names,
            wildcards: wildcards)
    }
}
