/// What the tables say, as it comes in row by row.
struct SurveyDraft: Sendable {
    var book = AddressBook()
    var edges = AliasEdges()
    var troubles = RowTroubles()
    /// What several mailbox maps answer, where there are several: address, map, hash of the answer.
    var mailboxAnswers: [MailboxAnswer] = []
    /// Domains that a list of domains has, by the list's parameter.
    var listedDomains: [String: Set<Int32>] = [:]

    struct MailboxAnswer: Sendable {
        let address: Int32
        let map: UInt8
        let hash: Int32
    }

    // MARK: Aliases

    /// A row of `virtual_alias_maps`.
    mutating func takeAlias(_ row: MapRow, of map: SurveyedMap, _ reader: DestinationReader) {
        guard let key = row.key else {
            note(.noKey, map, nil, row)
            return
        }
        guard let source = aliasKey(key, map, row) else { return }
        var hasValue = false
        for case let value? in row.values {
            hasValue = true
            if let sql = map.sql, sql.hasResultFormat {
                guard let formatted = sql.formatted(value, of: key) else { continue }
                formatted.withUnsafeBytes { bytes in
                    reader.forEach(in: bytes) { add($0, source, key, row, map) }
                }
            } else {
                reader.forEach(in: UnsafeRawBufferPointer(value)) { add($0, source, key, row, map) }
            }
        }
        if !hasValue { note(.noDestination, map, key, row) }
    }

    private mutating func add(
        _ destination: DestinationReader.Destination, _ source: Int32, _ key: [UInt8], _ row: MapRow,
        _ map: SurveyedMap
    ) {
        switch destination {
        case .plain(let bytes): edges.add(source, book.number(of: bytes), map: map.position)
        case .address(let address, let isWord):
            let target = book.number(of: address)
            if isWord { book.mark(target, .word) }
            edges.add(source, target, map: map.position)
        case .trouble(let kind): note(kind, map, key, row)
        }
    }

    private mutating func aliasKey(_ key: [UInt8], _ map: SurveyedMap, _ row: MapRow) -> Int32? {
        var length = key.count
        while length > 0, key[length - 1] == 0x20 { length -= 1 }
        var hasCapital = false
        var isOdd = length == 0 || length != key.count
        for byte in key {
            if byte &- 0x41 < 26 { hasCapital = true }
            if byte < 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") { isOdd = true }
        }
        if key.first == 0x20 { isOdd = true }
        if isOdd { note(.badKey, map, key, row) }
        if hasCapital { note(.capitalKey, map, key, row) }
        guard length > 0 else { return nil }
        let number = key.withUnsafeBytes {
            book.number(of: UnsafeRawBufferPointer(rebasing: $0.prefix(length)))
        }
        book.mark(number, .alias)
        return number
    }

    private mutating func note(
        _ kind: RowTroubles.Kind, _ map: SurveyedMap, _ key: [UInt8]?, _ row: MapRow
    ) {
        let example = troubles.wantsExample(of: kind) ? example(map, key, row) : nil
        troubles.note(kind, example)
    }

    private func example(_ map: SurveyedMap, _ key: [UInt8]?, _ row: MapRow) -> RowTroubles.Example {
        let values = row.values.map { value in
            value.map { String(decoding: $0.prefix(200), as: UTF8.self) } ?? "NULL"
        }
        return RowTroubles.Example(
            map: map.name, key: key.map { String(decoding: $0.prefix(200), as: UTF8.self) } ?? "NULL",
            value: values.joined(separator: ","))
    }

    // MARK: Mailboxes and domains

    /// A row of `virtual_mailbox_maps`.
    mutating func takeMailbox(_ row: MapRow, of map: SurveyedMap, comparing: Bool) {
        guard let key = row.key, !key.isEmpty else { return }
        // A row without a value is no answer.
        guard row.values.contains(where: { $0.map { !$0.isEmpty } ?? false }) else { return }
        let number = key.withUnsafeBytes { book.number(of: $0) }
        book.mark(number, .mailbox)
        guard comparing else { return }
        var hasher = Hasher()
        for case let value? in row.values { hasher.combine(bytes: UnsafeRawBufferPointer(value)) }
        mailboxAnswers.append(
            MailboxAnswer(
                address: number, map: UInt8(clamping: map.position),
                hash: Int32(truncatingIfNeeded: hasher.finalize())))
    }

    /// A row of a list of domains.
    mutating func takeDomain(_ row: MapRow, parameter: String) {
        guard let key = row.key, !key.isEmpty,
            row.values.contains(where: { $0.map { !$0.isEmpty } ?? false })
        else { return }
        let number = key.withUnsafeBytes { book.domainNumber($0) }
        listedDomains[parameter, default: []].insert(number)
    }

    mutating func takeDomain(_ name: String, parameter: String) {
        let number = Array(name.utf8).withUnsafeBytes { book.domainNumber($0) }
        listedDomains[parameter, default: []].insert(number)
    }
}
