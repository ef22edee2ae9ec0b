import LookupTables

/// One statement for the keys of several lookups:
///
///     SELECT source, COLLATION(source), destination FROM virtual_aliases WHERE source IN ('a@b','c@d') LIMIT 72
///
/// The collation travels with each row, so that the answer itself shows by which rule its rows were chosen, also
/// after an ALTER TABLE. The LIMIT stands for the server's `sql_select_limit`, which would cut the answer unseen.
enum SharedStatement {
    /// The columns before those that the map selects.
    static let ownColumns = 2

    static func text(_ question: SharedQuestion) -> [UInt8] {
        let point = question.point
        var statement: [UInt8] = []
        statement.reserveCapacity(question.values.count * 40 + 512)
        statement.append(contentsOf: "SELECT ".utf8)
        statement.append(contentsOf: point.keyColumn)
        statement.append(contentsOf: ", COLLATION(".utf8)
        statement.append(contentsOf: point.keyColumn)
        statement.append(contentsOf: "), ".utf8)
        statement.append(contentsOf: point.columns)
        statement.append(contentsOf: " FROM ".utf8)
        statement.append(contentsOf: point.table)
        statement.append(contentsOf: " WHERE ".utf8)
        statement.append(contentsOf: point.keyColumn)
        statement.append(contentsOf: " IN (".utf8)
        for (number, value) in question.values.enumerated() {
            if number > 0 { statement.append(UInt8(ascii: ",")) }
            statement.append(UInt8(ascii: "'"))
            statement.append(contentsOf: value)
            statement.append(UInt8(ascii: "'"))
        }
        statement.append(UInt8(ascii: ")"))
        if !point.conditions.isEmpty {
            statement.append(contentsOf: " AND ".utf8)
            statement.append(contentsOf: point.conditions)
        }
        statement.append(contentsOf: " LIMIT \(question.rowLimit)".utf8)
        return statement
    }
}

/// The collations in which two texts of visible ASCII are equal only where they differ in nothing but case and
/// blanks at the end: not those of languages in which i is y, or u is v, and not those that are not known here.
struct PlainCollation {
    private var last: [UInt8] = []

    private static let names: Set<String> = {
        let common = ["bin", "nopad_bin", "general_ci", "general_nopad_ci"]
        let unicode =
            ["unicode_ci", "unicode_nopad_ci", "unicode_520_ci", "unicode_520_nopad_ci"]
            + ["", "nopad_"].flatMap { pad in
                ["ai_ci", "ai_cs", "as_ci", "as_cs"].map { "uca1400_\(pad)\($0)" }
            } + ["0900_ai_ci", "0900_as_ci", "0900_as_cs", "0900_bin"]
        let sets = [
            "ascii": common, "latin1": common + ["general_cs", "swedish_ci", "swedish_nopad_ci"],
            "utf8": common + unicode, "utf8mb3": common + unicode, "utf8mb4": common + unicode,
        ]
        return Set(sets.flatMap { set, names in names.map { "\(set)_\($0)" } })
    }()

    static func isPlain(_ name: String) -> Bool { names.contains(name) }

    /// - Parameter name: as `COLLATION()` gives it.
    mutating func accepts(_ name: UnsafeBufferPointer<UInt8>?) -> Bool {
        guard let name else { return false }
        if last.elementsEqual(name) { return true }
        guard Self.isPlain(String(decoding: name, as: UTF8.self)) else { return false }
        last = Array(name)
        return true
    }
}
