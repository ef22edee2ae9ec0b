import Foundation
import Synchronization

/// A private OpenLDAP server on loopback and a UNIX socket, with a directory of its own below `dc=example,dc=test`.
public final class LDAPServer: Sendable {
    public let directory: TemporaryDirectory
    public let port: Int
    /// For TLS from the first byte; 0 where it was started without a certificate.
    public let securePort: Int
    public var url: String { "ldap://127.0.0.1:\(port)" }
    public var secureURL: String { "ldaps://127.0.0.1:\(securePort)" }
    public var socketURL: String {
        "ldapi://" + directory.appending("i").replacingOccurrences(of: "/", with: "%2F")
    }

    public static let base = "dc=example,dc=test"
    public static let administrator = "cn=admin,\(base)"
    public static let password = "s3cret-w0rd"

    private let process = Mutex<ChildProcess?>(nil)

    /// - Parameters:
    ///   - ldif: the entries, the base's first.
    ///   - lines: further lines of slapd.conf, before those of the database.
    ///   - certificate: files of a certificate and its key.
    public static func start(
        ldif: String = baseEntry, lines: String = "", certificate: (file: String, key: String)? = nil
    ) async throws -> LDAPServer {
        try await Blocking.run { try LDAPServer(ldif: ldif, lines: lines, certificate: certificate) }
    }

    public static let baseEntry = "dn: \(base)\nobjectClass: domain\ndc: example\n\n"

    /// The distinguished name of an entry of ``entry(_:_:)``.
    public static func name(of entry: String) -> String {
        let escaped = entry.map { ",+\"\\<>;=# ".contains($0) ? "\\\($0)" : "\($0)" }.joined()
        return "cn=\(escaped),\(base)"
    }

    /// An entry of the class that holds what mail wants, as LDIF.
    public static func entry(_ name: String, _ attributes: [(name: String, value: String)]) -> String {
        var lines = [
            "dn:: \(base64(self.name(of: name)))", "objectClass: mailThing", "cn:: \(base64(name))",
        ]
        lines += attributes.map { "\($0.name):: \(base64($0.value))" }
        return lines.joined(separator: "\n") + "\n\n"
    }

    private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    private init(ldif: String, lines: String, certificate: (file: String, key: String)?) throws {
        directory = try TemporaryDirectory("ldap")
        port = try LoopbackPort.unused()
        securePort = certificate == nil ? 0 : try LoopbackPort.unused()
        _ = try directory.makeDirectory("data")
        try directory.write("mail.schema", Self.schema)
        let tls = certificate.map {
            "TLSCertificateFile \($0.file)\nTLSCertificateKeyFile \($0.key)\n"
        }
        try directory.write(
            "slapd.conf",
            """
            include /etc/ldap/schema/core.schema
            include /etc/ldap/schema/cosine.schema
            include /etc/ldap/schema/inetorgperson.schema
            include \(directory.appending("mail.schema"))
            modulepath /usr/lib/ldap
            moduleload back_mdb
            moduleload back_monitor
            pidfile \(directory.appending("pid"))
            threads 4
            \(tls ?? "")
            \(lines)
            database mdb
            suffix "\(Self.base)"
            rootdn "\(Self.administrator)"
            rootpw \(Self.password)
            directory \(directory.appending("data"))
            maxsize 104857600
            dbnosync
            index mail eq
            database monitor

            """)
        let file = try directory.write("entries.ldif", ldif)
        try Command.require(["slapadd", "-q", "-f", directory.appending("slapd.conf"), "-l", file])
        try resume()
    }

    /// Starts the server again after ``halt()``, on the same ports and socket.
    public func resume() throws {
        let urls = [url, socketURL] + (securePort == 0 ? [] : [secureURL])
        let started = try ChildProcess(
            ["slapd", "-d", "0", "-h", urls.joined(separator: " "), "-f", directory.appending("slapd.conf")],
            outputPath: directory.appending("log"))
        let port = port
        try started.waitUntil("answer of slapd") { TCPProbe.connects(port: port) }
        process.withLock { $0 = started }
    }

    deinit { ChildProcess.leave(process.withLock { $0.take() }, in: directory) }

    /// Stops the server; its entries stay.
    public func halt() { process.withLock { $0.take() }?.stop() }

    /// Stops it from answering, or lets it go on.
    public func send(_ signal: Int32) { process.withLock { $0 }?.send(signal) }

    /// Clients that are connected, those of this question left out.
    public func connections() async throws -> Int {
        let arguments = [
            "ldapsearch", "-x", "-LLL", "-H", url, "-b", "cn=Current,cn=Connections,cn=Monitor", "-s", "base",
            "monitorCounter",
        ]
        let text = try await Blocking.run { try Command.require(arguments) }
        let counter = text.split(separator: "\n").first { $0.hasPrefix("monitorCounter: ") }
        guard let counter, let count = Int(counter.dropFirst("monitorCounter: ".count)) else {
            throw PeerFailure("no count of connections in \(text)")
        }
        return count - 1
    }

    /// Attributes that maps of mail use; those with octet strings may hold anything.
    private static let schema: String = {
        let text =
            "EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15"
        let octets = "EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40"
        let attributes = [
            ("maildrop", text), ("mailacceptinggeneralid", text), ("memberaddr", octets),
            ("memberdn", octets),
            ("leafaddr", octets),
        ]
        let types = attributes.enumerated().map { index, attribute in
            "attributetype ( 1.3.6.1.4.1.99999.1.\(index + 1) NAME '\(attribute.0)' \(attribute.1) )\n"
        }
        let names = attributes.map(\.0).joined(separator: " $ ")
        return types.joined()
            + "objectclass ( 1.3.6.1.4.1.99999.2.1 NAME 'mailThing' SUP top STRUCTURAL MUST cn "
            + "MAY ( mail $ description $ userPassword $ \(names) ) )\n"
    }()
}
