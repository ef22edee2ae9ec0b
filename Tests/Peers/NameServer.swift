import Foundation

/// A private nsd on loopback with zones of the test's own.
public final class NameServer: Sendable {
    /// `127.0.0.1@5353`, as libunbound has addresses.
    public let address: String
    /// The key of each zone that is signed: `name IN DNSKEY …`.
    public let keys: [String: String]
    private let directory: TemporaryDirectory
    private let process: ChildProcess

    public struct Zone: Sendable {
        public let name: String
        /// Lines of a zone file without SOA and NS.
        public let records: String
        public let isSigned: Bool
        /// What becomes of the file after it was signed, so that proofs fail.
        public let tamper: (@Sendable (String) -> String)?

        public init(
            _ name: String, _ records: String, isSigned: Bool = false,
            tamper: (@Sendable (String) -> String)? = nil
        ) {
            self.name = name
            self.records = records
            self.isSigned = isSigned
            self.tamper = tamper
        }
    }

    public static func start(_ zones: [Zone]) async throws -> NameServer {
        try await Blocking.run { try NameServer(zones) }
    }

    private init(_ zones: [Zone]) throws {
        directory = try TemporaryDirectory("dns")
        let port = try LoopbackPort.unused()
        address = "127.0.0.1@\(port)"
        var keys: [String: String] = [:]
        var configuration = """
            server:
              ip-address: 127.0.0.1@\(port)
              username: ""
              chroot: ""
              database: ""
              server-count: 1
              zonesdir: "\(directory.path)"
              pidfile: "\(directory.appending("pid"))"
              xfrdfile: "\(directory.appending("xfrd"))"
              xfrdir: "\(directory.path)"
              zonelistfile: "\(directory.appending("zones"))"
              logfile: "\(directory.appending("nsd.log"))"
            remote-control:
              control-enable: no

            """
        for (number, zone) in zones.enumerated() {
            let file = try directory.write(
                "zone\(number)",
                """
                $ORIGIN \(zone.name).
                $TTL 60
                @ IN SOA ns.\(zone.name). hostmaster.\(zone.name). 1 3600 600 86400 60
                @ IN NS ns.\(zone.name).
                ns IN A 127.0.0.1
                \(zone.records)

                """)
            var served = file
            if zone.isSigned {
                let key = try Self.sign(zone.name, file, in: directory.path)
                keys[zone.name] = key
                served = file + ".signed"
                if let tamper = zone.tamper {
                    let text = try String(contentsOfFile: served, encoding: .utf8)
                    try directory.write("zone\(number).signed", tamper(text))
                }
            }
            configuration += "zone:\n  name: \(zone.name)\n  zonefile: \(served)\n"
        }
        self.keys = keys
        process = try ChildProcess(
            ["nsd", "-d", "-c", try directory.write("nsd.conf", configuration)],
            outputPath: directory.appending("log"))
        try process.waitUntil("port of nsd") { TCPProbe.connects(port: port) }
    }

    deinit { ChildProcess.leave(process, in: directory) }

    private static func sign(_ zone: String, _ file: String, in directory: String) throws -> String {
        func run(_ arguments: [String]) throws -> String {
            let result = try Command.runBlocking(arguments, directory: directory)
            guard result.exitCode == 0 else {
                throw PeerFailure("\(arguments[0]): \(result.standardError)\(result.standardOutput)")
            }
            return result.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let key = try run(["ldns-keygen", "-a", "ECDSAP256SHA256", "-k", zone])
        _ = try run(["ldns-signzone", file, key])
        return try String(contentsOfFile: "\(directory)/\(key).key", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
