import Foundation
import Logging
import LookupTables
import MySQLTable
import Peers
import PostfixConfig
import PostgreSQLTable
import Routing
import SQLiteTable
import Testing

@testable import Diagnosis

/// A setup in a directory of its own, for rules to look at.
///
///     try await TriedSetup("virtual_alias_maps = mysql:$config_directory/gone.cf").has(MissingMapFile.self)
///     try await TriedSetup("virtual_alias_maps =").hasNo(MissingMapFile.self)
final class TriedSetup: Sendable {
    let directory: TemporaryDirectory
    private let pools = DatabasePools()

    var path: String { directory.path }

    /// - Parameters:
    ///   - main: lines of main.cf after those that make the setup private; later lines win. `DIR` is the directory.
    ///   - files: name → text of files beside main.cf, where `DIR` is the directory too.
    init(
        _ main: String = "", master: String? = "smtp inet n - n - - smtpd\n", files: [String: String] = [:]
    ) throws {
        directory = try TemporaryDirectory("chk")
        let user = String(cString: getpwuid(getuid()).pointee.pw_name)
        let path = directory.path
        for name in ["spool", "data"] { _ = try directory.makeDirectory(name) }
        try write(
            "main.cf",
            """
            compatibility_level = 3.6
            queue_directory = DIR/spool
            data_directory = DIR/data
            mail_owner = \(user)
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            myhostname = mail.example.org
            mydestination =
            alias_maps =
            alias_database =
            mynetworks = 127.0.0.0/8 [::1]/128
            config_directory = \(path)
            \(main)

            """)
        if let master { try write("master.cf", master) }
        for (name, text) in files { try write(name, text) }
    }

    @discardableResult
    func write(_ name: String, _ text: String, mode: mode_t = 0o640) throws -> String {
        try directory.write(name, text.replacing("DIR", with: path), mode: mode)
    }

    func setup(now: Date = Date()) throws -> Setup {
        let reading = try SetupReading(directory: path)
        let configuration = reading.configuration
        let quiet = Logger(label: "check") { _ in SwiftLogNoOpLogHandler() }
        let opener = TableOpener(
            configuration: configuration,
            drivers: [
                MySQLDriver(pools: pools), PostgreSQLDriver(pools: pools), SQLiteDriver(pools: pools),
                UnixDriver(),
            ], logger: quiet)
        return Setup(
            configuration: configuration, mainFile: reading.mainFile, master: reading.master,
            opener: opener,
            router: Router(
                settings: RoutingSettings(configuration),
                tables: RoutingTables(configuration, opener: opener), logger: quiet),
            problems: reading.problems, now: now)
    }

    func findings(_ rules: (any Rule.Type)..., now: Date = Date()) async throws -> [Finding] {
        await Examination.patient(rules).findings(in: try setup(now: now))
    }

    /// The rule finds one trouble.
    @discardableResult
    func has(
        _ rule: any Rule.Type, _ severity: Finding.Severity? = nil, about subject: String? = nil,
        saying texts: String..., now: Date = Date(), sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Finding {
        let found = try await findings(rule, now: now).filter {
            severity == nil || $0.severity == severity
        }
        let subject = subject?.replacing("DIR", with: path)
        let finding = try #require(
            found.first { subject == nil || $0.subject == subject },
            "\(rule.name) does not find \(subject ?? "it") among \(found)", sourceLocation: sourceLocation)
        let whole = ([finding.message, finding.cure] + finding.commands.map(\.text)
            + finding.evidence.map(\.description))
            .joined(separator: "\n")
        for text in texts {
            let text = text.replacing("DIR", with: path)
            #expect(whole.contains(text), "\(whole)", sourceLocation: sourceLocation)
        }
        #expect(finding.severity <= rule.worst, sourceLocation: sourceLocation)
        return finding
    }

    /// The rule finds nothing.
    func hasNo(
        _ rule: any Rule.Type, now: Date = Date(), sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await findings(rule, now: now)
        #expect(found.isEmpty, "\(rule.name) fires", sourceLocation: sourceLocation)
    }
}

extension Examination {
    /// With time enough on a machine that is busy otherwise.
    static func patient(_ rules: [any Rule.Type]) -> Examination {
        Examination(rules, timeLimit: { _ in .seconds(1800) })
    }
}
