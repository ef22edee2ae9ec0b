import Logging
import Testing

@testable import LookupTables

/// How much a connection takes at once.
@Suite struct QuestionQueueTests {
    private func query(_ template: String, dialect: SQLDialect? = nil) throws -> SQLQuery {
        SQLQuery(
            table: "test:\(template)", template: try #require(ExpansionTemplate(template)),
            resultFormat: try #require(ExpansionTemplate("%s")), expansionLimit: nil, requiresResultSet: true,
            dialect: dialect, logger: Logger(label: "test"))
    }

    /// Adds questions, takes a batch and fails the rest, whose askers must not be left waiting.
    private func taken(of questions: [SQLQuestion], limit: Int = 512) async -> Int {
        var count = 0
        _ = await withUnsafeContinuation { (continuation: UnsafeContinuation<[SQLReply?], Never>) in
            let gathering = Gathering(questions.count, continuation)
            var queue = QuestionQueue()
            for (position, question) in questions.enumerated() {
                queue.add(question, .many(gathering, position: position), deadline: .now)
            }
            let batch = queue.take(limit, stretch: .milliseconds(16))
            count = batch.questions.count
            for waiter in batch.waiters + queue.take(.max).waiters { waiter.resume(SQLReply(.success(nil))) }
        }
        return count
    }

    private func questions(_ query: SQLQuery, _ count: Int) -> [SQLQuestion] {
        (0..<count).map { SQLQuestion(query: query, key: "k\($0)") }
    }

    @Test func aMapThatNobodyKnowsYetIsAskedAFew() async throws {
        #expect(await taken(of: questions(try query("SELECT f('%s')"), 1000)) == 32)
    }

    @Test func aQuickMapIsAskedMuchAtOnce() async throws {
        let quick = try query("SELECT f('%s')")
        quick.pace.observe(.microseconds(40))
        #expect(await taken(of: questions(quick, 1000)) == 400)
        #expect(await taken(of: questions(quick, 1000), limit: 100) == 100)
    }

    /// Whoever comes behind a slow question goes to another connection.
    @Test func aSlowQuestionIsTheLastOfItsBatch() async throws {
        let slow = try query("SELECT slow('%s')")
        let quick = try query("SELECT quick('%s')")
        quick.pace.observe(.microseconds(10))
        slow.pace.observe(.seconds(2))
        #expect(await taken(of: questions(slow, 10)) == 1)
        #expect(await taken(of: questions(quick, 5) + questions(slow, 5) + questions(quick, 5)) == 6)
        // It is believed to be quick again only when it was so for a while.
        slow.pace.observe(.microseconds(10))
        #expect(await taken(of: questions(slow, 10)) == 1)
        for _ in 0..<100 { slow.pace.observe(.microseconds(10)) }
        #expect(await taken(of: questions(slow, 10)) == 10)
    }

    @Test func questionsThatTravelTogetherCostTheTimeOfOne() async throws {
        let shared = try query("SELECT a FROM t WHERE k = '%s'", dialect: .mysql)
        shared.pace.observe(.milliseconds(5), isShared: true)
        #expect(await taken(of: questions(shared, 1000)) == 512)
        shared.pace.observe(.milliseconds(5))
        #expect(await taken(of: questions(shared, 1000)) == 4)
    }
}
