/// Questions of one batch and one template that leave as one statement.
package struct SharedQuestion {
    package let query: SQLQuery
    package let point: PointQuery
    /// What the key column is compared with, each once. They are plain (see ``isPlain``) and need no quoting.
    package private(set) var values: [[UInt8]] = []
    /// The positions of the questions, and the value that each asks for.
    private(set) var askers: [(question: Int, value: Int)] = []
    private var numbers: [Value: Int] = [:]
    private var bytes = 0

    /// Hashed as a whole, not byte by byte as an array is.
    private struct Value: Hashable {
        let bytes: [UInt8]

        func hash(into hasher: inout Hasher) {
            bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }

    /// So many rows are no answer: there may be more. Its questions are asked alone then.
    package var rowLimit: Int { values.count * 4 + 64 }

    private init(_ query: SQLQuery, _ point: PointQuery, capacity: Int) {
        self.query = query
        self.point = point
        values.reserveCapacity(capacity)
        askers.reserveCapacity(capacity)
        numbers.reserveCapacity(capacity)
    }

    func number(of value: [UInt8]) -> Int? { numbers[Value(bytes: value)] }

    private mutating func add(_ value: [UInt8], _ question: Int) {
        let value = Value(bytes: value)
        if let number = numbers[value] {
            askers.append((question, number))
        } else {
            numbers[value] = values.count
            askers.append((question, values.count))
            values.append(value.bytes)
            bytes += value.bytes.count + 4
        }
    }

    /// Small letters, digits and the signs of ordinary addresses, no more than an address can have (RFC 5321
    /// §4.5.3.1).
    ///
    /// No two of such values are equal in any collation that a driver accepts, every character set of a connection
    /// writes them with the same bytes, and nothing in them can end a text in SQL.
    static func isPlain(_ value: [UInt8]) -> Bool {
        value.count <= 320
            && value.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "@"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
                    UInt8(ascii: "+"),
                    UInt8(ascii: "="):
                    true
                default: false
                }
            }
    }

    /// Puts together what can be asked together; the others have to be asked alone.
    ///
    /// - Parameters:
    ///   - limit: the most values in one statement.
    ///   - bytes: the most bytes that the values of one statement have, four for the punctuation of each included.
    ///   - isWelcome: whether the driver would send such a statement.
    package static func plan(
        _ questions: ArraySlice<SQLQuestion>, limit: Int, bytes: Int, isWelcome: (SQLQuery) -> Bool
    ) -> [SharedQuestion] {
        var plan: [SharedQuestion] = []
        // Where the query's last statement is in the plan; nil where the driver does not want it.
        var places: [ObjectIdentifier: Int?] = [:]
        var value: [UInt8] = []
        for (position, question) in zip(questions.indices, questions) {
            guard !question.isObserved, let point = question.query.point else { continue }
            value.removeAll(keepingCapacity: true)
            question.key.withBytes { point.write(SplitValue($0), into: &value) }
            guard isPlain(value) else { continue }
            let id = ObjectIdentifier(question.query)
            if let place = places[id] {
                guard let place else { continue }
                if plan[place].values.count < limit, plan[place].bytes + value.count + 4 <= bytes {
                    plan[place].add(value, position)
                    continue
                }
            } else if !isWelcome(question.query) {
                places[id] = .some(nil)
                continue
            }
            places[id] = plan.count
            let capacity = min(limit, questions.endIndex - position)
            plan.append(SharedQuestion(question.query, point, capacity: capacity))
            plan[plan.count - 1].add(value, position)
        }
        // A value alone is asked for as the map's statement stands.
        return plan.filter { $0.values.count > 1 }
    }
}
