import CLDAP
import Glibc
import LookupTables

/// A connection to a directory server, over libldap. It belongs to one thread, which may block.
///
/// Searches leave without waiting for each other; answers carry the number of their search.
final class LDAPConnection {
    let server: LDAPServer
    /// An `LDAP *`.
    let handle: OpaquePointer

    /// A server's message may be so long; a longer one ends the connection.
    private static let mostBytes: ber_len_t = 64 * 1024 * 1024

    /// Connects, starts TLS and binds, each in `timeout` seconds.
    init(to server: LDAPServer, of directory: LDAPDirectory) throws(ConnectionLoss) {
        self.server = server
        var handle: OpaquePointer?
        let code = ldap_initialize(&handle, server.url)
        guard code == LDAP_SUCCESS, let handle else {
            throw ConnectionLoss("Unable to init LDAP server \(server): \(code): \(LDAPText.error(code))")
        }
        self.handle = handle
        try set(directory)
        try connect(directory)
        try bind(directory)
    }

    deinit { ldap_unbind_ext(handle, nil, nil) }

    // MARK: Opening

    private func set(_ directory: LDAPDirectory) throws(ConnectionLoss) {
        var timeout = timeval(tv_sec: directory.timeout, tv_usec: 0)
        try set(LDAP_OPT_NETWORK_TIMEOUT, "timeout", &timeout)
        try set(LDAP_OPT_TIMEOUT, "timeout", &timeout)
        var version = directory.version
        try set(LDAP_OPT_PROTOCOL_VERSION, "version", &version)
        var dereference = directory.dereference
        try set(LDAP_OPT_DEREF, "dereference", &dereference)
        // Any address means yes, none means no.
        var yes: Int32 = 1
        if directory.chasesReferrals {
            try set(LDAP_OPT_REFERRALS, "chase_referrals", &yes)
        } else {
            try set(LDAP_OPT_REFERRALS, "chase_referrals", nil)
        }
        try set(LDAP_OPT_RESTART, "restart", &yes)
        if server.isSecure || directory.tls.startsTLS { try set(directory.tls) }
    }

    private func set(_ tls: LDAPTLS) throws(ConnectionLoss) {
        for (option, value) in tls.options { try set(option, LDAPTLS.name(of: option), value) }
        var demand = tls.requiresCertificate ? LDAP_OPT_X_TLS_DEMAND : LDAP_OPT_X_TLS_NEVER
        try set(LDAP_OPT_X_TLS_REQUIRE_CERT, "tls_require_cert", &demand)
        // From here on this connection's settings are its own, whatever other maps set.
        var isServer: Int32 = 0
        try set(LDAP_OPT_X_TLS_NEWCTX, "tls_ settings", &isServer)
    }

    private func set(_ option: Int32, _ name: String, _ value: UnsafeRawPointer?) throws(ConnectionLoss) {
        let code = ldap_set_option(handle, option, value)
        guard code == LDAP_OPT_SUCCESS else {
            throw ConnectionLoss(
                "LDAP server \(server): Unable to set \(name): \(code): \(LDAPText.error(code))")
        }
    }

    private func connect(_ directory: LDAPDirectory) throws(ConnectionLoss) {
        var code = ldap_connect(handle)
        guard code == LDAP_SUCCESS else {
            throw loss("Unable to connect to LDAP server \(server)", code)
        }
        limitWaiting(directory.timeout)
        guard directory.tls.startsTLS else { return }
        code = ldap_start_tls_s(handle, nil, nil)
        guard code == LDAP_SUCCESS else { throw loss("LDAP server \(server): Unable to set STARTTLS", code) }
    }

    /// A server that stops in the middle of a message, or does not read, must not hold the thread.
    private func limitWaiting(_ seconds: Int) {
        var descriptor: Int32 = -1
        guard ldap_get_option(handle, LDAP_OPT_DESC, &descriptor) == LDAP_OPT_SUCCESS, descriptor >= 0 else {
            return
        }
        var timeout = timeval(tv_sec: seconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, size)
        var buffer: OpaquePointer?
        var most = Self.mostBytes
        if ldap_get_option(handle, LDAP_OPT_SOCKBUF, &buffer) == LDAP_OPT_SUCCESS, let buffer {
            ber_sockbuf_ctrl(buffer, LBER_SB_OPT_SET_MAX_INCOMING, &most)
        }
    }

    private func bind(_ directory: LDAPDirectory) throws(ConnectionLoss) {
        let code: Int32
        switch directory.bind {
        case .none: return
        case .simple(let name, let password):
            code = simpleBind(name: name, password: password, seconds: directory.timeout)
        case .sasl(let identity): code = saslBind(identity)
        }
        guard code == LDAP_SUCCESS else {
            throw loss("Unable to bind to server \(server) with dn \(directory.bind.name)", code)
        }
    }

    private func simpleBind(name: String, password: String, seconds: Int) -> Int32 {
        var password = password
        var number: Int32 = 0
        let code = password.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { bytes in
                var secret = berval(
                    bv_len: ber_len_t(bytes.count), bv_val: UnsafeMutablePointer(mutating: bytes.baseAddress))
                return ldap_sasl_bind(handle, name, nil, &secret, nil, nil, &number)
            }
        }
        guard code == LDAP_SUCCESS else { return code }
        var timeout = timeval(tv_sec: seconds, tv_usec: 0)
        var message: OpaquePointer?
        switch ldap_result(handle, number, LDAP_MSG_ALL, &timeout, &message) {
        case -1: return lastCode
        case 0: return LDAP_TIMEOUT
        default:
            var result: Int32 = 0
            let code = ldap_parse_result(handle, message, &result, nil, nil, nil, nil, 1)
            return code == LDAP_SUCCESS ? result : code
        }
    }

    // MARK: Searching

    /// - Returns: the search's number.
    func send(_ request: SearchRequest, sizeLimit: Int?, seconds: Int) -> Result<Int32, SearchRefusal> {
        var names: [UnsafeMutablePointer<CChar>?] = request.attributes.map { strdup($0) } + [nil]
        defer { names.forEach { free($0) } }
        var timeout = timeval(tv_sec: seconds, tv_usec: 0)
        var number: Int32 = 0
        let base = request.base.map(CChar.init(bitPattern:)) + [0]
        let filter = request.filter.map { $0.map(CChar.init(bitPattern:)) + [0] }
        // Not -1, which would mean the connection's own.
        let limit = sizeLimit.map(Int32.init) ?? 0
        let code =
            if let filter {
                ldap_search_ext(
                    handle, base, request.scope, filter, &names, 0, nil, nil, &timeout, limit, &number)
            } else {
                ldap_search_ext(
                    handle, base, request.scope, nil, &names, 0, nil, nil, &timeout, limit, &number)
            }
        return code == LDAP_SUCCESS ? .success(number) : .failure(SearchRefusal(code: code))
    }

    /// A search that could not be sent.
    struct SearchRefusal: Error {
        let code: Int32
    }

    func abandon(_ number: Int32) { ldap_abandon_ext(handle, number, nil, nil) }

    /// What a server says about one of its searches.
    enum Message {
        case entry(SearchEntry)
        /// The last word about a search: its result code.
        case result(Int32)
        /// Nothing that matters here, such as a reference that is not followed.
        case other
    }

    /// The next message of any search, waiting for it at most so long.
    ///
    /// - Returns: nil where none came in time.
    func receive(
        within patience: Duration, for attributes: (Int32) -> ResultAttributes?
    ) throws(ConnectionLoss) -> (number: Int32, message: Message)? {
        let (seconds, attoseconds) = max(patience, .zero).components
        var timeout = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        var message: OpaquePointer?
        let kind = ldap_result(handle, LDAP_RES_ANY, LDAP_MSG_ONE, &timeout, &message)
        defer { if let message { ldap_msgfree(message) } }
        guard kind != 0 else { return nil }
        guard kind > 0, let message else { throw loss("Lost connection to LDAP server \(server)", lastCode) }
        let number = ldap_msgid(message)
        // RFC 4511 §4.4.1: the server announces that it hangs up.
        if number == 0 { throw ConnectionLoss("LDAP server \(server) ended the connection") }
        switch ber_tag_t(kind) {
        case ber_tag_t(LDAP_RES_SEARCH_ENTRY):
            guard let attributes = attributes(number) else { return (number, .other) }
            return (number, .entry(try entry(message, attributes)))
        case ber_tag_t(LDAP_RES_SEARCH_RESULT):
            var result: Int32 = 0
            let code = ldap_parse_result(handle, message, &result, nil, nil, nil, nil, 0)
            return (number, .result(code == LDAP_SUCCESS ? result : code))
        default: return (number, .other)
        }
    }

    private func entry(
        _ message: OpaquePointer, _ attributes: ResultAttributes
    ) throws(ConnectionLoss) -> SearchEntry {
        var (name, reader) = (berval(), OpaquePointer?.none)
        var found: [(kind: ResultAttributes.Kind, name: String, values: [[UInt8]])] = []
        var code = ldap_get_dn_ber(handle, message, &reader, &name)
        defer { if let reader { ber_free(reader, 0) } }
        while code == LDAP_SUCCESS {
            var (attribute, values) = (berval(), UnsafeMutablePointer<berval>?.none)
            code = ldap_get_attribute_ber(handle, message, reader, &attribute, &values)
            defer { if let values { ldap_memfree(values) } }
            guard code == LDAP_SUCCESS, attribute.bv_val != nil else { break }
            guard let kind = attribute.withBytes({ attributes.kind($0) }) else { continue }
            var bytes: [[UInt8]] = []
            var value = values
            while let next = value?.pointee, next.bv_val != nil {
                bytes.append(next.withBytes { Array($0) })
                value = value?.successor()
            }
            if !bytes.isEmpty {
                found.append((kind, attribute.withBytes { String(decoding: $0, as: UTF8.self) }, bytes))
            }
        }
        guard code == LDAP_SUCCESS else { throw loss("LDAP server \(server): unreadable entry", code) }
        return SearchEntry(found)
    }

    // MARK: Errors

    private var lastCode: Int32 {
        var code: Int32 = 0
        return ldap_get_option(handle, LDAP_OPT_RESULT_CODE, &code) == LDAP_OPT_SUCCESS
            && code != LDAP_SUCCESS
            ? code : LDAP_SERVER_DOWN
    }

    private func loss(_ what: String, _ code: Int32) -> ConnectionLoss {
        var text: UnsafeMutablePointer<CChar>?
        ldap_get_option(handle, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text)
        defer { ldap_memfree(text) }
        let more = text.map { String(cString: $0) } ?? ""
        return ConnectionLoss(
            "\(what): \(code) (\(LDAPText.error(code)))" + (more.isEmpty ? "" : ": \(more)"),
            isTimeout: code == LDAP_TIMEOUT)
    }
}

extension berval {
    fileprivate func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        UnsafeRawBufferPointer(start: bv_val, count: Int(bv_len)).withMemoryRebound(to: UInt8.self, body)
    }
}
