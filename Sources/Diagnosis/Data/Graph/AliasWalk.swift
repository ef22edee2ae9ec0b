import MailFormat

/// Goes along all aliases once, and finds what may be a circle or grow without end: Tarjan's strongly connected
/// components, without recursion, in time that grows with the number of aliases.
///
/// What cannot be followed to the letter (an extension that goes over to the targets, again and again) is followed by
/// the alias without it, so more may be found than there is, but nothing is missed.
struct AliasWalk {
    /// Grows by the addresses that `@other` makes of others.
    private(set) var book: AddressBook
    private let graph: AliasGraph
    private let domains: DomainTable
    private let expansionLimit: Int
    private let recursionLimit: Int32

    /// Groups of addresses that lead to each other.
    private(set) var circles: [[Int32]] = []
    /// Aliases with more recipients than one may have, of which no target has too many itself.
    private(set) var oversized: [Int32] = []
    /// Aliases from which the way goes over as many aliases as one may, or over one more.
    private(set) var deep: [Int32] = []

    private var order: [Int32] = []  // 0: not seen
    private var low: [Int32] = []
    private var isOpen: [Bool] = []
    private var sizes: [UInt16] = []
    /// Over how many aliases the longest way goes, and with which target it begins.
    private var depths: [Int32] = []
    private var deepestTargets: [Int32] = []
    private var open: [Int32] = []
    /// Addresses that are keys of no map, yet beginnings of their own.
    private var beginnings: [Int32] = []
    private var counter: Int32 = 0

    init(_ survey: DataSurvey, expansionLimit: Int, recursionLimit: Int) {
        book = survey.book
        graph = survey.graph
        domains = survey.domains
        self.expansionLimit = min(expansionLimit, Int(UInt16.max) - 1)
        self.recursionLimit = Int32(clamping: min(recursionLimit, Int(Int32.max) - 2))
    }

    /// The local part of whoever is no user: what a catch-all does is tried with it.
    static let anybody = "anybody"

    /// - Parameter progress: told how much is done, from 0 to 1.
    mutating func run(_ progress: (Double) -> Void) {
        let count = Int32(book.count)
        let origin = domains.originNumber
        for number in 0..<count where graph.hasEdges(number) {
            if number.isMultiple(of: 65536) { progress(Double(number) / Double(count)) }
            let domain = book.domain(of: number)
            if domain < 0 {
                // A bare key is asked for addresses of our own domain.
                guard origin >= 0 else { continue }
                visit(derived(book.localPart(of: number), origin))
            } else if book.hasEmptyLocalPart(number) {
                visit(derived(Self.anybody, domain))
            } else {
                visit(number)
            }
        }
        while let number = beginnings.popLast() { visit(number) }
        progress(1)
    }

    private mutating func derived(_ localPart: String, _ domain: Int32) -> Int32 {
        var localPart = localPart
        return localPart.withUTF8 { [domain] in
            book.number(localPart: UnsafeRawBufferPointer($0), domain: domain)
        }
    }

    // MARK: Tarjan

    private struct Frame {
        let number: Int32
        let answer: AliasGraph.Answer?
        var next: Int
        var size = 0
        var hasOversizedTarget = false
    }

    private mutating func visit(_ root: Int32) {
        extend(to: root)
        guard order[Int(root)] == 0 else { return }
        var frames = [enter(root)]
        while var frame = frames.popLast() {
            if let (target, isCertain) = nextTarget(&frame) {
                let isSelf = target == frame.number
                if isSelf, isCertain {
                    frame.size += 1
                    frames.append(frame)
                    continue
                }
                extend(to: target)
                if isCertain, leadsToItself(target) {
                    // The search ends there when it comes by again: no circle goes through it. It is looked at for
                    // what else it leads to, as a beginning of its own.
                    frame.size += order[Int(target)] == 0 ? 1 : Int(sizes[Int(target)])
                    if order[Int(target)] == 0, !graph.hasEdges(target) { beginnings.append(target) }
                    if depths[Int(frame.number)] == 0 {
                        depths[Int(frame.number)] = 1
                        deepestTargets[Int(frame.number)] = target
                    }
                    frames.append(frame)
                    continue
                }
                if order[Int(target)] == 0 {
                    frame.next -= 1  // looked at again, for its size, when it is finished
                    frames.append(frame)
                    frames.append(enter(target))
                    continue
                }
                if isSelf { circles.append([target]) }
                if isOpen[Int(target)] {
                    low[Int(frame.number)] = min(
                        low[Int(frame.number)],
                        order[Int(target)] > order[Int(frame.number)] ? low[Int(target)] : order[Int(target)])
                }
                frame.size += isOpen[Int(target)] ? 1 : Int(sizes[Int(target)])
                if !isOpen[Int(target)], depths[Int(target)] >= depths[Int(frame.number)] {
                    depths[Int(frame.number)] = depths[Int(target)] + 1
                    deepestTargets[Int(frame.number)] = target
                }
                if Int(sizes[Int(target)]) > expansionLimit { frame.hasOversizedTarget = true }
                frames.append(frame)
            } else {
                leave(frame)
            }
        }
    }

    private mutating func enter(_ number: Int32) -> Frame {
        counter += 1
        order[Int(number)] = counter
        low[Int(number)] = counter
        isOpen[Int(number)] = true
        open.append(number)
        let answer = graph.answer(of: number, book, domains)
        return Frame(number: number, answer: answer, next: answer.map { graph.edges($0.key).lowerBound } ?? 0)
    }

    private mutating func leave(_ frame: Frame) {
        let number = Int(frame.number)
        let size = frame.answer == nil ? 1 : frame.size
        sizes[number] = UInt16(min(size, Int(UInt16.max)))
        if size > expansionLimit, !frame.hasOversizedTarget { oversized.append(frame.number) }
        if frame.answer == nil { depths[number] = 0 }
        if depths[number] == recursionLimit || depths[number] == recursionLimit + 1 { deep.append(frame.number) }
        guard low[number] == order[number] else { return }
        var component: [Int32] = []
        while let last = open.popLast() {
            isOpen[Int(last)] = false
            component.append(last)
            if last == frame.number { break }
        }
        if component.count > 1 { circles.append(component.reversed()) }
    }

    private mutating func extend(to number: Int32) {
        while order.count <= Int(number) {
            let more = max(book.count - order.count, 1)
            order.append(contentsOf: repeatElement(0, count: more))
            low.append(contentsOf: repeatElement(0, count: more))
            isOpen.append(contentsOf: repeatElement(false, count: more))
            sizes.append(contentsOf: repeatElement(0, count: more))
            depths.append(contentsOf: repeatElement(0, count: more))
            deepestTargets.append(contentsOf: repeatElement(-1, count: more))
        }
    }

    // MARK: Ways

    /// The longest way from an alias on, itself included.
    func longestWay(from number: Int32) -> [Int32] {
        var way = [number]
        while let last = way.last, deepestTargets.indices.contains(Int(last)), deepestTargets[Int(last)] >= 0,
            way.count <= Int(recursionLimit) + 2
        {
            way.append(deepestTargets[Int(last)])
        }
        return way
    }

    /// The targets of an alias that lead to the most recipients, with how many.
    func largestTargets(of number: Int32) -> [(target: Int32, size: Int)] {
        guard let answer = graph.answer(of: number, book, domains) else { return [] }
        return graph.targets(of: answer.key)
            .map { ($0, sizes.indices.contains(Int($0)) ? Int(sizes[Int($0)]) : 1) }
            .sorted { $0.1 > $1.1 }.prefix(5).filter { $0.1 > 1 }
    }

    // MARK: Targets

    private func leadsToItself(_ number: Int32) -> Bool {
        guard let answer = graph.answer(of: number, book, domains) else { return false }
        return graph.leadsToItself(number, answer, book)
    }

    /// - Returns: the next target, and whether it is that to the letter.
    private mutating func nextTarget(_ frame: inout Frame) -> (Int32, isCertain: Bool)? {
        guard let answer = frame.answer, frame.next < graph.edges(answer.key).upperBound else { return nil }
        let target = graph.target(frame.next)
        frame.next += 1
        if graph.leads(target, to: frame.number, answer, book) { return (frame.number, true) }
        let domain = book.domain(of: target)
        if book.hasEmptyLocalPart(target), domain >= 0 {
            // `@other`: the same local part there.
            let local = book.localPart(of: frame.number)
            let user = String(decoding: local.utf8.dropLast(answer.extension.utf8.count), as: UTF8.self)
            return (derived(user, domain), answer.extension.isEmpty)
        }
        guard !answer.extension.isEmpty, graph.propagatesExtensions else { return (target, true) }
        let grown = book.localPart(of: target) + answer.extension
        if let known = book.find(localPart: grown, domain: domain), graph.hasEdges(known) {
            return (known, true)
        }
        return (target, false)
    }
}
