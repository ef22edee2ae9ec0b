/// Reads the form of ``PointQuery``, token by token:
///
///     SELECT item [, item]… FROM table [[AS] alias] WHERE condition [AND condition]… [;]
///     item      = value [AS alias]
///     condition = column = '%s' (once) | value [sign value] | value IS [NOT] NULL | ( condition [AND|OR condition]… )
///     value     = column | number | 'text'
struct PointQueryParser {
    private var rest: ArraySlice<SQLToken>

    init(_ tokens: [SQLToken]) {
        rest = tokens[...]
    }

    mutating func query() -> PointQuery? {
        guard take("select") != nil, let columns = items(), take("from") != nil, let table = tableName(),
            take("where") != nil
        else { return nil }
        var key: (column: [UInt8], value: [ExpansionTemplate.Part])?
        var conditions: [[UInt8]] = []
        repeat {
            if let found = keyCondition() {
                guard key == nil else { return nil }
                key = found
            } else if let condition = condition(depth: 0) {
                conditions.append(condition)
            } else {
                return nil
            }
        } while take("and") != nil
        _ = takeSymbol(";")
        guard rest.isEmpty, let key else { return nil }
        return PointQuery(
            columns: columns, table: table, keyColumn: key.column,
            conditions: Array(conditions.joined(separator: Array(" AND ".utf8))),
            value: ExpansionTemplate(parts: key.value))
    }

    // MARK: Parts

    private mutating func items() -> [UInt8]? {
        var items: [[UInt8]] = []
        repeat {
            guard var item = value() else { return nil }
            if take("as") != nil {
                guard let alias = name() else { return nil }
                item += Array(" AS ".utf8) + alias
            }
            items.append(item)
        } while takeSymbol(",") != nil
        return Array(items.joined(separator: Array(", ".utf8)))
    }

    private mutating func tableName() -> [UInt8]? {
        guard var table = path() else { return nil }
        let hasAs = take("as") != nil
        if let alias = name() {
            table += [0x20] + alias
        } else if hasAs {
            return nil
        }
        return table
    }

    private mutating func keyCondition() -> (column: [UInt8], value: [ExpansionTemplate.Part])? {
        let before = rest
        guard let column = path(), takeSymbol("=") != nil, case .key(let value)? = rest.first?.kind else {
            rest = before
            return nil
        }
        rest.removeFirst()
        return (column, value)
    }

    private mutating func condition(depth: Int) -> [UInt8]? {
        if takeSymbol("(") != nil {
            guard depth < 10, var inner = condition(depth: depth + 1) else { return nil }
            while let word = take("and") ?? take("or") {
                guard let next = condition(depth: depth + 1) else { return nil }
                inner += [0x20] + word + [0x20] + next
            }
            guard takeSymbol(")") != nil else { return nil }
            return [UInt8(ascii: "(")] + inner + [UInt8(ascii: ")")]
        }
        guard var condition = value() else { return nil }
        if let sign = sign() {
            guard let other = value() else { return nil }
            condition += [0x20] + sign + [0x20] + other
        } else if take("is") != nil {
            condition += Array((take("not") == nil ? " IS" : " IS NOT").utf8)
            guard take("null") != nil else { return nil }
            condition += Array(" NULL".utf8)
        }
        return condition
    }

    private mutating func sign() -> [UInt8]? {
        for sign: StaticString in ["=", "<>", "!=", "<", ">", "<=", ">="] {
            if let bytes = takeSymbol(sign) { return bytes }
        }
        return nil
    }

    private mutating func value() -> [UInt8]? {
        if let first = rest.first, first.kind == .number || first.kind == .text {
            rest.removeFirst()
            return first.bytes
        }
        return path()
    }

    /// `column`, `table.column`, `database.table.column`.
    private mutating func path() -> [UInt8]? {
        guard var path = name() else { return nil }
        var names = 1
        while takeSymbol(".") != nil {
            guard names < 3, let next = name() else { return nil }
            path += [UInt8(ascii: ".")] + next
            names += 1
        }
        return path
    }

    // MARK: Tokens

    private mutating func name() -> [UInt8]? {
        guard let first = rest.first else { return nil }
        switch first.kind {
        case .quotedName: break
        case .word where !Self.keywords.contains(String(decoding: first.bytes, as: UTF8.self).lowercased()):
            break
        default: return nil
        }
        rest.removeFirst()
        return first.bytes
    }

    private mutating func take(_ word: StaticString) -> [UInt8]? {
        guard let first = rest.first, first.isWord(word) else { return nil }
        rest.removeFirst()
        return first.bytes
    }

    private mutating func takeSymbol(_ symbol: StaticString) -> [UInt8]? {
        guard let first = rest.first, first.isSymbol(symbol) else { return nil }
        rest.removeFirst()
        return first.bytes
    }

    /// Words that are no names of columns, or not everywhere: those that begin another part of a statement, and
    /// Oracle's ROWNUM, which counts rows.
    private static let keywords: Set<String> = [
        "all", "and", "as", "between", "binary", "by", "case", "cross", "distinct", "distinctrow", "div",
        "except",
        "exists", "fetch", "for", "force", "from", "group", "having", "ignore", "in", "inner", "intersect",
        "interval", "into", "is", "join", "left", "like", "limit", "lock", "minus", "mod", "natural",
        "nextval",
        "not", "offset", "on", "or", "order", "outer", "partition", "procedure", "regexp", "returning",
        "right",
        "rlike", "rownum", "select", "straight_join", "table", "tablesample", "union", "use", "using",
        "values",
        "when", "where", "window", "with", "xor",
    ]
}
