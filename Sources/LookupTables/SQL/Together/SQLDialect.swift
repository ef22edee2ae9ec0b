/// What the reader of templates must know of a server's SQL.
package enum SQLDialect: Sendable {
    case mysql, postgresql

    /// Stands round a name that is no plain word.
    var nameQuote: UInt8 {
        switch self {
        case .mysql: UInt8(ascii: "`")
        case .postgresql: UInt8(ascii: "\"")
        }
    }
}
