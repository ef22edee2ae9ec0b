/// A row of a map as it is stored.
package struct StoredRow {
    /// What a lookup would have to ask for; nil where the column is NULL. An empty local part stands for every
    /// address of the domain.
    package let key: [UInt8]?
    /// The map's columns, nil for NULL; good for the time of the call.
    package let values: ArraySlice<UnsafeBufferPointer<UInt8>?>
}

extension SQLTable {
    /// Why the rows cannot be gone through; nil where they can.
    package var wholeObstacle: String? {
        guard query.whole != nil else {
            return "no statement for all rows can be made of its query"
        }
        if let domains, !domains.answersFromNames {
            return "its domain setting names tables"
        }
        return nil
    }

    /// Goes through all rows, on a thread that may be blocked.
    ///
    /// - Parameters:
    ///   - time: how long the server may work on each statement.
    ///   - body: returns whether to go on.
    package func forEachRow(
        over connection: any InspectableConnection, time: Duration, _ body: (StoredRow) -> Bool
    ) throws(InspectionFailure) {
        for statement in query.whole ?? [] {
            var isWanted = true
            try connection.inspect(statement.text, time: time) { columns in
                guard columns.count > statement.keyColumns else { return true }
                let answered = columns.dropLast(statement.keyColumns)
                let values = connection.answersWithFirstColumn ? answered.prefix(1) : answered
                let key = statement.key.compose(columns.suffix(statement.keyColumns))
                switch key {
                case .none: return true
                case .null: isWanted = body(StoredRow(key: nil, values: values))
                case .key(let key):
                    guard isAsked(key, by: statement) else { return true }
                    isWanted = statement.filling(values, with: key) {
                        body(StoredRow(key: key, values: $0))
                    }
                }
                return isWanted
            }
            if !isWanted { return }
        }
    }

    /// Whether a lookup of the key would send a statement, as far as can be told without asking.
    private func isAsked(_ key: [UInt8], by statement: WholeStatement) -> Bool {
        if case .whole(true) = statement.key {
            guard let at = key.lastIndex(of: UInt8(ascii: "@")), at > 0, at < key.count - 1 else {
                return false
            }
        }
        // The statement's own parts are what the key was made of.
        let needs = query.resultFormat.needs(isQuery: false)
        guard needs == KeyNeeds() || key.withUnsafeBufferPointer({ needs.areMet(by: SplitValue($0)) }) else {
            return false
        }
        guard let domains, domains.answersFromNames else { return true }
        guard let at = key.lastIndex(of: UInt8(ascii: "@")), at > 0 || !statement.key.isOneKey else { return false }
        return domains.list.answerFromNames(String(decoding: key[(at + 1)...], as: UTF8.self)) ?? false
    }

    /// The value of a column as the map would answer it: through `result_format`; nil where it would be left out.
    package func formatted(_ column: UnsafeBufferPointer<UInt8>, of key: [UInt8]) -> [UInt8]? {
        if query.resultFormat.parts == [.value] { return Array(column) }
        guard !column.isEmpty else { return nil }
        var answer = SQLAnswer(to: String(decoding: key, as: UTF8.self), of: query)
        answer.add(column)
        guard case .success(let text?) = answer.value() else { return nil }
        return Array(text.utf8)
    }
}

extension DomainList {
    /// Whether names alone can tell which domains are in the list.
    var answersFromNames: Bool { list.answerFromNames("") != nil }
}

extension WholeStatement {
    fileprivate typealias Columns = ArraySlice<UnsafeBufferPointer<UInt8>?>

    /// The columns of a row, with those that are made of its key.
    fileprivate func filling(_ columns: Columns, with key: [UInt8], _ body: (Columns) -> Bool) -> Bool {
        guard let (position, template) = keyTexts.first else { return body(columns) }
        return filling(columns, with: key, template, at: position, keyTexts.dropFirst(), body)
    }

    private func filling(
        _ columns: Columns, with key: [UInt8], _ template: ExpansionTemplate, at position: Int,
        _ rest: Slice<[Int: ExpansionTemplate]>, _ body: (Columns) -> Bool
    ) -> Bool {
        var text: [UInt8] = []
        key.withUnsafeBufferPointer { key in
            template.fill(with: SplitValue(key), into: &text) { $1.append(contentsOf: $0) }
        }
        return text.withUnsafeBufferPointer { filled in
            var columns = columns
            columns[columns.startIndex + position] = filled
            guard let (position, template) = rest.first else { return body(columns) }
            return filling(columns, with: key, template, at: position, rest.dropFirst(), body)
        }
    }
}

extension WholeStatement.KeyComposition {
    fileprivate enum Composed {
        case key([UInt8])
        case null
        /// The row answers no key.
        case none
    }

    fileprivate func compose(_ columns: ArraySlice<UnsafeBufferPointer<UInt8>?>) -> Composed {
        let at = UInt8(ascii: "@")
        let parts = columns.compactMap { $0 }
        guard parts.count == self.columns else { return .null }
        switch self {
        case .whole: return .key(Array(parts[0]))
        case .domain: return .key([at] + parts[0])
        case .userAndDomain:
            guard !parts[0].isEmpty, !parts[1].isEmpty else { return .none }
            return .key(parts[0] + [at] + parts[1])
        case .rewritten:
            let tail = [at] + parts[1]
            let start = parts[0].count - tail.count
            guard start > 0, !parts[2].isEmpty,
                zip(parts[0][start...], tail).allSatisfy({ $0 | 0x20 == $1 | 0x20 })
            else { return .none }
            return .key(parts[0][..<start] + [at] + parts[2])
        }
    }
}

extension SQLTable {
    /// Whether `result_format` changes what the columns say.
    package var hasResultFormat: Bool { query.resultFormat.parts != [.value] }
}
