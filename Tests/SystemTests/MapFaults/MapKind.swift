import Testing

/// A kind of map, and what can be wrong with its files and its server: a row of ``MapFaultTests``.
struct MapKind: Sendable, CustomTestStringConvertible {
    let type: String
    /// What stands right of the colon, for a directory with the files and the port of a server.
    let name: @Sendable (_ directory: String, _ port: Int) -> String
    /// What it reads; each file may be absent, unreadable, or broken.
    var files: [File] = []
    /// What its server says, or answers, until it hangs up in the middle; nil where it asks no server.
    var beginning: [UInt8]?
    /// Whether a lookup gives up on silence soon. A kind that waits for 100 seconds, as Postfix's, is tried with less
    /// patience where its connections are tested.
    var givesUpSoon = true

    struct File: Sendable {
        let name: String
        let text: @Sendable (_ directory: String, _ port: Int) -> String
        /// Text that makes no sense; nil where every text makes some, save for lines that are warned of.
        let broken: String?
    }

    var testDescription: String { type }

    /// Every kind that reads files or asks servers.
    static let all: [MapKind] =
        ["texthash", "regexp", "pcre", "cidr"].map { text($0) }
        + [database("hash", suffix: ".db"), database("btree", suffix: ".db")]
        + [database("lmdb", suffix: ".lmdb"), database("cdb", suffix: ".cdb")]
        + [
            settings(
                "mysql",
                "hosts = 127.0.0.1:$port\nuser = u\npassword = s3cret\ndbname = d\nquery = SELECT '%s'\n",
                // The length of a greeting, and no greeting.
                beginning: [0x4a, 0, 0, 0, 10, 0x31]),
            // What comes where the answer to a request for TLS should be.
            settings(
                "pgsql",
                "hosts = 127.0.0.1:$port\nuser = u\npassword = s3cret\ndbname = d\nquery = SELECT '%s'\n",
                beginning: [0x52, 0, 0, 0]),
            settings(
                "memcache", "memcache = inet:127.0.0.1:$port\n", beginning: Array("VALUE x 0 10\r\nab".utf8)),
            server("tcp", "127.0.0.1:$port", beginning: Array("200 ha".utf8)),
            server("socketmap", "inet:127.0.0.1:$port:name", beginning: Array("10:OK".utf8)),
            settings(
                "ldap",
                "server_host = 127.0.0.1:$port\nsearch_base = dc=x\nquery_filter = (cn=%s)\ntimeout = 2\n"
                    + "bind_dn = cn=u\nbind_pw = s3cret\n",
                // A message's length, and the number that is not there.
                beginning: [0x30, 0x0C, 0x02]),
            settings(
                "mongodb",
                "uri = mongodb://u:s3cret@127.0.0.1:$port/?connectTimeoutMS=1000&serverSelectionTimeoutMS=1000\n"
                    + "dbname = d\ncollection = c\nquery_filter = {\"a\": \"%s\"}\nresult_attribute = b\n",
                // The length of an answer, and half of its head.
                beginning: [0x40, 0, 0, 0, 1, 0]),
            settings(
                "pgsql",
                "hosts = 127.0.0.1:$port\nuser = u\npassword = s3cret\ndbname = d\nquery = SELECT '%s'\n",
                // No TLS, and the beginning of what asks for a password.
                beginning: Array("NR\0\0\0\u{8}".utf8)),
            settings(
                "sqlite", "dbpath = $directory/data\nquery = SELECT '%s'\n",
                data: File(
                    name: "data", text: { _, _ in "" }, broken: String(repeating: "no database ", count: 1000)
                )),
        ]

    // MARK: Shapes of rows

    /// A text file that is read as it is.
    private static func text(_ type: String) -> MapKind {
        MapKind(
            type: type, name: { directory, _ in "\(directory)/map" },
            files: [File(name: "map", text: { _, _ in "" }, broken: nil)])
    }

    /// A file that postmap makes.
    private static func database(_ type: String, suffix: String) -> MapKind {
        MapKind(
            type: type, name: { directory, _ in "\(directory)/map" },
            files: [
                File(
                    name: "map" + suffix, text: { _, _ in "" },
                    broken: String(repeating: "no database ", count: 1000))
            ])
    }

    /// A `.cf` file, in which `$port` and `$directory` stand for those of the test.
    private static func settings(
        _ type: String, _ text: String, beginning: [UInt8]? = nil, data: File? = nil
    ) -> MapKind {
        let settings = File(
            name: "map.cf",
            text: { directory, port in
                text.replacing("$port", with: "\(port)").replacing("$directory", with: directory)
            }, broken: "this is no setting\n")
        return MapKind(
            type: type, name: { directory, _ in "\(directory)/map.cf" },
            files: [settings] + (data.map { [$0] } ?? []), beginning: beginning)
    }

    /// A server that the map's name itself names, with `$port` in it.
    static func server(_ type: String, _ name: String, beginning: [UInt8]) -> MapKind {
        MapKind(
            type: type, name: { _, port in name.replacing("$port", with: "\(port)") }, beginning: beginning,
            givesUpSoon: false)
    }
}
