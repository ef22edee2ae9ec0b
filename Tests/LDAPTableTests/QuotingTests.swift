import CLDAP
import LookupTables
import Peers
import Testing

@testable import LDAPTable

/// Whatever a key holds, the filter and the name stay what the operator wrote.
@Suite struct QuotingTests {
    private static let pieces = [
        "*", "(", ")", "\\", "&", "|", "!", "=", "~=", ">=", ":=", "\\2a", "\\5c", ",", "+", "\"", "<", ">",
        ";", "#", " ",
        "\t", "\n", "\u{1}", "\u{7F}", "ü", "日", "😀", "x", "0", "@", ".", "%s", "(|(cn=*))", ")(cn=*", "dc=x",
    ]

    @Test func keysNeverChangeTheFilter() throws {
        var generator = SeededGenerator(announcing: "ldap filters")
        let fixture = try LDAPFixture()
        let table = try fixture.table("127.0.0.1", "query_filter = (&(mail=%s)(|(cn=%u)(!(sn=a%d*z))))")
        let query = try #require(table as? LDAPTable).query
        for _ in 0..<20_000 {
            let local = (0..<Int.random(in: 1...8, using: &generator)).map { _ in generator.pick(Self.pieces)
            }.joined()
            let key = local + "@" + generator.pick(Self.pieces)
            let split = key.lastIndex(of: "@") ?? key.endIndex
            let expected: Node = .all([
                .equal("mail", key),
                .any([
                    .equal("cn", String(key[..<split])),
                    .not(.part("sn", start: "a" + key[key.index(after: split)...], end: "z")),
                ]),
            ])
            try #require(Node(query.search(for: key).filter ?? []) == expected, "\(key)")
        }
    }

    @Test func keysNeverChangeTheName() throws {
        var generator = SeededGenerator(announcing: "ldap names")
        let fixture = try LDAPFixture()
        let table = try fixture.table(
            "127.0.0.1", "query_filter = (cn=%s)\nsearch_base = cn=%s,ou=a%s+x=y,dc=test")
        let query = try #require(table as? LDAPTable).query
        for _ in 0..<20_000 {
            let key = (0..<Int.random(in: 1...8, using: &generator)).map { _ in generator.pick(Self.pieces) }
                .joined()
            let base = query.search(for: key).base.map(CChar.init(bitPattern:)) + [0]
            try #require(
                Self.parts(base)
                    == [[("cn", key)], [("ou", "a" + key), ("x", "y")], [("dc", "test")]].description,
                "\(key)")
        }
    }

    /// The name's parts as the client library reads them.
    private static func parts(_ name: [CChar]) -> String? {
        var read: LDAPDN?
        guard ldap_str2dn(name, &read, UInt32(LDAP_DN_FORMAT_LDAPV3)) == LDAP_SUCCESS, let read else {
            return nil
        }
        defer { ldap_dnfree(read) }
        var parts: [[(String, String)]] = []
        var next = read
        while let part = next.pointee {
            var pairs: [(String, String)] = []
            var pair = part
            while let value = pair.pointee {
                pairs.append((text(value.pointee.la_attr), text(value.pointee.la_value)))
                pair += 1
            }
            parts.append(pairs)
            next += 1
        }
        return parts.description
    }

    private static func text(_ value: berval) -> String {
        String(decoding: UnsafeRawBufferPointer(start: value.bv_val, count: Int(value.bv_len)), as: UTF8.self)
    }
}

/// How the client library encodes the filter of a search; it exports this, and declares it for itself alone.
@_silgen_name("ldap_pvt_put_filter")
private func putFilter(_ encoder: OpaquePointer, _ filter: UnsafePointer<CChar>) -> Int32

/// A filter as a server gets it: RFC 4511 §4.5.1.7, from the client library's own encoding.
private indirect enum Node: Hashable {
    case all([Node])
    case any([Node])
    case not(Node)
    case equal(String, String)
    case part(String, start: String, end: String)
    case other

    init(_ filter: [UInt8]) {
        let text = filter.map(CChar.init(bitPattern:)) + [0]
        guard let encoder = ber_alloc_t(LBER_USE_DER), putFilter(encoder, text) == 0 else {
            self = .other
            return
        }
        defer { ber_free(encoder, 1) }
        var value: UnsafeMutablePointer<berval>?
        guard ber_flatten(encoder, &value) == 0, let value else {
            self = .other
            return
        }
        defer { ber_bvfree(value) }
        let bytes = Array(
            UnsafeRawBufferPointer(start: value.pointee.bv_val, count: Int(value.pointee.bv_len)))
        var reader = bytes[...]
        self = Node(&reader)
        if !reader.isEmpty { self = .other }
    }

    private init(_ bytes: inout ArraySlice<UInt8>) {
        var (tag, content) = Self.element(&bytes)
        switch tag {
        case 0xA0: self = .all(Self.nodes(&content))
        case 0xA1: self = .any(Self.nodes(&content))
        case 0xA2: self = .not(Node(&content))
        case 0xA3: self = .equal(Self.text(&content), Self.text(&content))
        case 0xA4:
            let name = Self.text(&content)
            var (_, parts) = Self.element(&content)
            let (first, start) = Self.element(&parts)
            let (last, end) = Self.element(&parts)
            guard first == 0x80, last == 0x82, parts.isEmpty else {
                self = .other
                return
            }
            self = .part(
                name, start: String(decoding: start, as: UTF8.self), end: String(decoding: end, as: UTF8.self)
            )
        default: self = .other
        }
    }

    private static func nodes(_ bytes: inout ArraySlice<UInt8>) -> [Node] {
        var nodes: [Node] = []
        while !bytes.isEmpty { nodes.append(Node(&bytes)) }
        return nodes
    }

    private static func text(_ bytes: inout ArraySlice<UInt8>) -> String {
        String(decoding: element(&bytes).content, as: UTF8.self)
    }

    private static func element(_ bytes: inout ArraySlice<UInt8>) -> (tag: UInt8, content: ArraySlice<UInt8>)
    {
        guard let tag = bytes.popFirst(), var length = bytes.popFirst().map(Int.init) else { return (0, []) }
        if length >= 0x80 {
            let count = length & 0x7F
            length = bytes.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            bytes = bytes.dropFirst(count)
        }
        let content = bytes.prefix(length)
        bytes = bytes.dropFirst(length)
        return (tag, content)
    }
}
