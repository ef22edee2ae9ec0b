import CMariaDB

/// What a result's metadata say of a column.
struct ResultColumn {
    private let field: MYSQL_FIELD?

    init(_ result: UnsafeMutablePointer<MYSQL_RES>, _ number: UInt32) {
        field = mysql_fetch_field_direct(result, number)?.pointee
    }

    /// A column of text, which a text is compared with as text. Others convert: 5 equals `5x`, a network address
    /// has many spellings, an ENUM has numbers.
    var isText: Bool {
        guard var field else { return false }
        switch field.type {
        case MYSQL_TYPE_VARCHAR, MYSQL_TYPE_VAR_STRING, MYSQL_TYPE_STRING, MYSQL_TYPE_TINY_BLOB,
            MYSQL_TYPE_BLOB, MYSQL_TYPE_MEDIUM_BLOB, MYSQL_TYPE_LONG_BLOB:
            break
        default: return false
        }
        // 63 is the character set of what is no text.
        guard field.charsetnr != 63, field.flags & UInt32(ENUM_FLAG | SET_FLAG) == 0 else { return false }
        // MariaDB's further types are strings here and have a name: inet6, uuid.
        var name = MARIADB_CONST_STRING()
        return mariadb_field_attr(&name, &field, MARIADB_FIELD_ATTR_DATA_TYPE_NAME) != 0 || name.length == 0
    }
}
