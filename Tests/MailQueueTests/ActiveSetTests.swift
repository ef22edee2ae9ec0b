import Peers
import Testing

@testable import MailQueue

@Suite struct ActiveSetTests {
    @Test func `whatever comes when, each message is handed out once and in order`() throws {
        var random = SeededGenerator(announcing: "active set")
        for _ in 0..<200 {
            let limit = Int.random(in: 1...12, using: &random)
            // The store: messages up to here have been written; `told` is how far the set has heard.
            var stored = Int64.random(in: 0...20, using: &random)
            var told = stored
            var active = ActiveSet(limit: limit, lastCommitted: stored)
            var handed: [Int64] = []
            var refill: ActiveSet.Refill?
            var open = 0
            for _ in 0..<400 {
                switch Int.random(in: 0..<5, using: &random) {
                case 0 where stored < 60:
                    stored += 1
                case 1 where told < stored:
                    told += 1
                    if active.committed(told) {
                        handed.append(told)
                        open += 1
                    }
                case 2 where refill == nil:
                    refill = active.beginRefill()
                case 3:
                    guard let begun = refill else { continue }
                    let limit = max(begun.room / 2, 1)
                    let read = Array((begun.cursor + 1..<max(stored + 1, begun.cursor + 1)).prefix(limit))
                    active.endRefill(
                        begun, found: read.count, lastUntried: read.last, hasMoreUntried: read.count == limit,
                        lastDue: nil, hasMoreDue: false)
                    handed += read
                    open += read.count
                    refill = nil
                case 4 where open > 0:
                    open -= 1
                    active.left()
                default: break
                }
                #expect(active.count == open)
                #expect(open <= limit)
            }
            #expect(handed == (0..<handed.count).map { Int64($0 + 1) })
        }
    }
}
