import CMariaDB
import Glibc
import LookupTables

extension MySQLConnection {
    func open(_ connector: MySQLConnector) throws(ConnectionLoss) {
        setOptions(connector)
        var (name, path, port): (String?, String?, UInt32) = (nil, nil, 0)
        switch host.place {
        case .unix(let socket):
            // Without a path, the one of the option file or the library's own.
            name = "localhost"
            path = socket
        case .inet(let address, let number):
            name = address
            port = UInt32(number ?? 0)
            set(MYSQL_OPT_PROTOCOL, UInt32(MYSQL_PROTOCOL_TCP.rawValue))
        }
        // CLIENT_MULTI_RESULTS: a stored procedure answers with its result set and a status.
        let flags = UInt(CLIENT_MULTI_RESULTS)
        guard
            mysql_real_connect(
                handle, name, connector.user, connector.password, connector.database, port, path, flags)
                != nil
        else {
            throw ConnectionLoss(
                "connect to mysql server \(host): \(errorText)", code: Int(mysql_errno(handle)))
        }
        // The library goes on in clear with a server that has no TLS.
        if connector.tls.isUsed, mysql_get_ssl_cipher(handle) == nil {
            throw ConnectionLoss(
                "connect to mysql server \(host): the server has no TLS, which the tls_ settings ask for")
        }
        // An option file may name another character set, and would have the last word.
        if String(cString: mysql_character_set_name(handle)) != connector.charset,
            mysql_set_character_set(handle, connector.charset) != 0
        {
            throw ConnectionLoss("mysql server \(host): charset \(connector.charset): \(errorText)")
        }
        try requireBackslashEscapes()
        try setLimits(connector)
    }

    private func setOptions(_ connector: MySQLConnector) {
        if let file = connector.optionFile { mysql_options(handle, MYSQL_READ_DEFAULT_FILE, file) }
        if let group = connector.optionGroup { mysql_options(handle, MYSQL_READ_DEFAULT_GROUP, group) }
        mysql_options(handle, MYSQL_SET_CHARSET_NAME, connector.charset)
        set(MYSQL_OPT_CONNECT_TIMEOUT, connector.timeouts.connect)
        set(MYSQL_OPT_READ_TIMEOUT, connector.timeouts.read)
        set(MYSQL_OPT_WRITE_TIMEOUT, connector.timeouts.write)
        // The longest packet that this side takes: a row that is longer breaks the connection, not the memory.
        var longestPacket = UInt(16 << 20)
        mysql_options(handle, MYSQL_OPT_MAX_ALLOWED_PACKET, &longestPacket)
        // A server must not be able to ask for files of this machine.
        set(MYSQL_OPT_LOCAL_INFILE, 0)
        let tls = connector.tls
        if tls.isUsed {
            mysql_ssl_set(
                handle, tls.key, tls.certificate, tls.authority, tls.authorityDirectory, tls.ciphers)
            var verifies: my_bool = tls.verifiesCertificate ? 1 : 0
            mysql_options(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verifies)
            var enforces: my_bool = 1
            mysql_options(handle, MYSQL_OPT_SSL_ENFORCE, &enforces)
        }
    }

    private func set(_ option: mysql_option, _ value: UInt32) {
        var value = value
        mysql_options(handle, option, &value)
    }

    /// With NO_BACKSLASH_ESCAPES a value could only be quoted for one kind of quotation mark; templates use both.
    private func requireBackslashEscapes() throws(ConnectionLoss) {
        guard handle.pointee.server_status & UInt32(SERVER_STATUS_NO_BACKSLASH_ESCAPES) != 0 else { return }
        let statement = "SET SESSION sql_mode = REPLACE(@@SESSION.sql_mode, 'NO_BACKSLASH_ESCAPES', '')"
        guard mysql_query(handle, statement) == 0,
            handle.pointee.server_status & UInt32(SERVER_STATUS_NO_BACKSLASH_ESCAPES) == 0
        else { throw ConnectionLoss("mysql server \(host): cannot unset NO_BACKSLASH_ESCAPES: \(errorText)") }
    }

    /// What the server shall keep to in this session, as far as it knows how.
    private func setLimits(_ connector: MySQLConnector) throws(ConnectionLoss) {
        // A statement that would not be waited for ends on the server before, and leaves the connection in order:
        // also where the server is so busy that it notices late.
        let seconds = max(1, Int(connector.timeouts.read) * 3 / 4)
        let time =
            mariadb_connection(handle) != 0
            ? "max_statement_time = IF(@@max_statement_time BETWEEN 0.001 AND \(seconds), @@max_statement_time, \(seconds))"
            : "max_execution_time = \(seconds * 1000)"
        // With statistics instead of a look into the index for each key, a long list of keys is planned sooner.
        for setting in [time, "eq_range_index_dive_limit = 8"]
        where mysql_query(handle, "SET SESSION \(setting)") != 0 {
            guard !isConnectionError(mysql_errno(handle)) else { throw loss }
        }
        guard mysql_query(handle, "SELECT @@max_allowed_packet") == 0, let result = mysql_store_result(handle)
        else { throw loss }
        defer { mysql_free_result(result) }
        guard let row = mysql_fetch_row(result), let text = row[0], let bytes = Int(String(cString: text))
        else {
            return
        }
        longestStatement = max(longestStatement, bytes)
    }
}
