import CPostgreSQL
import LookupTables

/// Writes statements so that their keys stay values, by the encoding and the mode of one connection.
struct Quoting {
    let connection: OpaquePointer
    /// The queries asked so far, kept so that no other can take an identity over.
    private var known: [ObjectIdentifier: (query: SQLQuery, contexts: LiteralContexts)] = [:]

    init(connection: OpaquePointer) {
        self.connection = connection
    }

    /// Appends the statement for a question.
    /// - Returns: why there is none, where the key is no text of the connection's encoding; else nil.
    mutating func write(_ question: SQLQuestion, into statement: inout [UInt8]) -> String? {
        let contexts = contexts(of: question.query)
        var mistake: String?
        var index = 0
        question.query.write(question.key, into: &statement) { value, statement in
            let value =
                contexts.hasBackslashes(at: index) ? doublingBackslashes(Array(value)) : Array(value)
            index += 1
            if !escape(value, into: &statement), mistake == nil {
                mistake = "cannot escape input string: \(ServerMessage.text(of: connection))"
            }
        }
        return mistake
    }

    private mutating func contexts(of query: SQLQuery) -> LiteralContexts {
        if let known = known[ObjectIdentifier(query)] { return known.contexts }
        if known.count > 1000 { known = [:] }
        let contexts = LiteralContexts(of: query)
        known[ObjectIdentifier(query)] = (query, contexts)
        return contexts
    }

    /// PQescapeStringConn: knows the connection's encoding and whether its server takes `\` for an escape.
    private func escape(_ value: [UInt8], into statement: inout [UInt8]) -> Bool {
        guard !value.isEmpty else { return true }
        let start = statement.count
        statement.append(contentsOf: repeatElement(0, count: value.count * 2 + 1))
        var mistake: Int32 = 0
        let written = statement.withUnsafeMutableBytes { target in
            value.withUnsafeBytes { source in
                PQescapeStringConn(
                    connection, target.baseAddress.map { ($0 + start).assumingMemoryBound(to: CChar.self) },
                    source.baseAddress?.assumingMemoryBound(to: CChar.self), value.count, &mistake)
            }
        }
        statement.removeLast(statement.count - start - written)
        return mistake == 0
    }

    /// For `E'…'` and `U&'…'`, where a backslash is an escape in any mode. In some encodings a character may end in
    /// the byte of a backslash, which is none.
    private func doublingBackslashes(_ value: [UInt8]) -> [UInt8] {
        let isDoneAnyway =
            PQparameterStatus(connection, "standard_conforming_strings")
            .map { String(cString: $0) == "off" } ?? true
        guard !isDoneAnyway, value.contains(UInt8(ascii: "\\")) else { return value }
        let encoding = PQclientEncoding(connection)
        var doubled: [UInt8] = []
        var text = value + [0]
        text.withUnsafeMutableBytes { text in
            var index = 0
            while index < value.count {
                let character = text.baseAddress.map { ($0 + index).assumingMemoryBound(to: CChar.self) }
                let length = min(max(1, Int(PQmblen(character, encoding))), value.count - index)
                if length == 1, value[index] == UInt8(ascii: "\\") { doubled.append(value[index]) }
                doubled.append(contentsOf: value[index..<(index + length)])
                index += length
            }
        }
        return doubled
    }
}
