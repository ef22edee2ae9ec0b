import Peers
import Testing

@testable import MailQueue

@Suite struct ActiveSetTests {
    /// The store behind the set, as the writer and the reader see it.
    private struct Model {
        /// A row: how often it was written, and when its next attempt is due; nil before the first.
        struct Row {
            var version = 0
            var due: Int64?
        }

        var random: SeededGenerator
        var active: ActiveSet
        var rows: [Int64: Row] = [:]
        var stored: Int64 = 0
        /// What the set has not been told of yet, in the writer's order.
        var untold: [Told] = []
        /// Handed out, with the version that was.
        var open: [Int64: Int] = [:]
        /// Settled in the store, while the set takes them for active.
        var leaving: Set<Int64> = []
        var clock: Int64 = 1_000
        var refill: ActiveSet.Refill?
        /// What the refill has read.
        var page: (untried: [(Int64, Row)], due: [(Int64, Row)], limit: Int)?
        var firstTries: [Int64] = []

        enum Told {
            case committed(Int64)
            case left(Int64, due: Int64?)
        }

        mutating func hand(_ number: Int64, _ row: Row) {
            #expect(open[number] == nil, "handed out twice")
            #expect(rows[number]?.version == row.version, "handed out as it was")
            open[number] = row.version
            if row.due == nil { firstTries.append(number) }
        }

        mutating func insert() {
            stored += 1
            rows[stored] = Row()
            untold.append(.committed(stored))
        }

        mutating func tell() {
            switch untold.removeFirst() {
            case .committed(let number):
                if active.committed(number) { hand(number, rows[number] ?? Row()) }
            case .left(let number, let due):
                leaving.remove(number)
                active.left(number, waitingUntil: due.map(Timestamp.init(microseconds:)))
            }
        }

        mutating func settle(_ number: Int64, finished: Bool) {
            open[number] = nil
            leaving.insert(number)
            let due = finished ? nil : clock + Int64.random(in: 0...20, using: &random)
            if let due {
                rows[number] = Row(version: (rows[number]?.version ?? 0) + 1, due: due)
            } else {
                rows[number] = nil
            }
            untold.append(.left(number, due: due))
        }

        mutating func read(_ refill: ActiveSet.Refill) {
            let limit = max(refill.room / 2, 1)
            let untried = rows.filter { $0.value.due == nil && $0.key > refill.cursor }
                .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }.prefix(limit)
            let due = rows.compactMap { number, row in row.due.map { (number, row, cursor($0, number)) } }
                .filter { $0.2.due.microseconds <= clock && $0.2 > refill.dueCursor }
                .sorted { $0.2 < $1.2 }.map { ($0.0, $0.1) }.prefix(limit)
            page = (Array(untried), Array(due), limit)
        }

        mutating func end(_ refill: ActiveSet.Refill) {
            guard let page else { return }
            for (number, row) in page.untried + page.due where active.enter(number) { hand(number, row) }
            active.endRefill(
                refill, lastUntried: page.untried.last?.0, hasMoreUntried: page.untried.count == page.limit,
                lastDue: page.due.last.map { cursor($0.1.due ?? 0, $0.0) },
                hasMoreDue: page.due.count == page.limit)
            self.refill = nil
            self.page = nil
        }

        private func cursor(_ due: Int64, _ number: Int64) -> DueCursor {
            DueCursor(due: Timestamp(microseconds: due), number: number)
        }

        mutating func step() {
            switch Int.random(in: 0..<9, using: &random) {
            case 0 where stored < 60: insert()
            case 1, 2: if !untold.isEmpty { tell() }
            case 3 where refill == nil: refill = active.beginRefill()
            case 4: if let refill, page == nil { read(refill) }
            case 5: if let refill { end(refill) }
            case 6, 7:
                guard let number = open.keys.sorted().randomElement(using: &random) else { return }
                settle(number, finished: Int.random(in: 0..<3, using: &random) == 0)
            case 8:
                // The clock may be set back.
                clock += Int64.random(in: -15...30, using: &random)
                active.tick()
            default: break
            }
            #expect(active.count == open.count + leaving.count)
        }

        /// Lets all that is left be handed out and finished.
        mutating func drain() {
            clock += 100_000
            for _ in 0..<1000 {
                while !untold.isEmpty { tell() }
                for number in open.keys { settle(number, finished: true) }
                while !untold.isEmpty { tell() }
                active.tick()
                if refill == nil { refill = active.beginRefill() }
                guard let refill else { continue }
                if page == nil { read(refill) }
                end(refill)
            }
        }
    }

    @Test func `whatever comes when, each message is handed out once at a time and none is overlooked`()
        throws
    {
        var random = SeededGenerator(announcing: "active set")
        for _ in 0..<200 {
            let limit = Int.random(in: 1...12, using: &random)
            let stored = Int64.random(in: 0...20, using: &random)
            var model = Model(random: random, active: ActiveSet(limit: limit, lastCommitted: stored))
            model.stored = stored
            for number in 0..<stored { model.rows[number + 1] = Model.Row() }
            for _ in 0..<400 { model.step() }
            model.drain()
            #expect(model.rows.isEmpty, "overlooked")
            #expect(model.firstTries == (0..<model.firstTries.count).map { Int64($0 + 1) })
            random = model.random
        }
    }

    @Test func `recipients are counted, and one message may have more than all may`() {
        var active = ActiveSet(limit: 100, recipientLimit: 10, lastCommitted: 0)
        let first = active.committed(1, recipients: 50)
        #expect(first)
        let second = active.committed(2, recipients: 1)
        #expect(!second)
        #expect(active.beginRefill() == nil)
        active.left(1)
        #expect(active.recipients == 0)
        let refill = active.beginRefill()
        #expect(refill?.recipientRoom == 10)
    }
}
