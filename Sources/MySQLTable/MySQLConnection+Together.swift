import CMariaDB
import LookupTables

extension MySQLConnection {
    /// So many values in one statement. MariaDB makes a subquery of a list of 1000.
    private static let valuesTogether = 250
    private static let unfitness: Duration = .seconds(60)

    func askTogether(
        _ questions: ArraySlice<SQLQuestion>, until deadline: ContinuousClock.Instant,
        reply: (Int, SQLReply) -> Void
    ) throws(ConnectionLoss) {
        let plan = SharedQuestion.plan(
            questions, limit: Self.valuesTogether, bytes: min(Self.windowBytes, longestStatement) / 2,
            isWelcome: isFit)
        let statements = plan.map { ($0, SharedStatement.text($0)) }.filter { $1.count < longestStatement }
        guard !statements.isEmpty else { return }
        try watchingTheClock { () throws(ConnectionLoss) in
            var sent = 0
            var ahead = 0
            for (shared, text) in statements {
                while sent < statements.count, ahead < Self.windowBytes / 2 {
                    try send(statements[sent].1)
                    ahead += statements[sent].1.count
                    sent += 1
                }
                guard ContinuousClock.now < deadline else { throw ConnectionLoss.tooLate }
                try receive(shared, questions, reply)
                ahead -= text.count
            }
        }
    }

    private func isFit(_ query: SQLQuery) -> Bool {
        guard let end = unfit[ObjectIdentifier(query)] else { return true }
        guard end <= .now else { return false }
        unfit[ObjectIdentifier(query)] = nil
        return true
    }

    private func receive(
        _ shared: SharedQuestion, _ questions: ArraySlice<SQLQuestion>, _ reply: (Int, SQLReply) -> Void
    ) throws(ConnectionLoss) {
        guard readAnswer(), let result = mysql_use_result(handle) else {
            // An error is not all these keys' error: each is asked alone.
            guard mysql_errno(handle) != 0, !isConnectionError(mysql_errno(handle)) else { throw loss }
            return
        }
        defer { mysql_free_result(result) }
        var isSuited = ResultColumn(result, 0).isText
        var answer = SharedAnswer(to: shared)
        let width = Int(mysql_num_fields(result))
        while let row = mysql_fetch_row(result), let lengths = mysql_fetch_lengths(result) {
            guard isSuited else { continue }
            func column(_ number: Int) -> UnsafeBufferPointer<UInt8>? {
                row[number].map { text in
                    UnsafeBufferPointer(
                        start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self),
                        count: Int(lengths[number]))
                }
            }
            guard collation.accepts(column(1)) else {
                isSuited = false
                continue
            }
            answer.beginRow(column(0))
            for number in SharedStatement.ownColumns..<width { answer.add(column(number)) }
        }
        guard mysql_errno(handle) == 0 else {
            guard !isConnectionError(mysql_errno(handle)) else { throw loss }
            return
        }
        guard isSuited else {
            let now = ContinuousClock.now
            unfit = unfit.filter { $0.value > now }
            unfit[ObjectIdentifier(shared.query)] = now + Self.unfitness
            return
        }
        answer.finish(
            width: width - SharedStatement.ownColumns, questions: questions, host: host.description,
            reply: reply)
    }
}
