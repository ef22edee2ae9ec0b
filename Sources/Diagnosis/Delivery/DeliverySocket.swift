import Foundation
import PostfixConfig

/// `virtual_transport = lmtp:unix:private/dovecot-lmtp`, and nobody listens there: mail piles up in the queue.
public struct DeliverySocket: Rule {
    public static let name = "delivery-socket"
    public static let summary =
        "The LMTP socket of a transport is not there, nobody listens, or the server may not use it."
    public static let remedy = "start Dovecot, and let it make the socket for `mail_owner`"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.files

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        var seen: Set<ServerPlace> = []
        var findings: [Finding] = []
        for use in await TransportsInUse(setup).all where setup.program(of: use.transport) == "lmtp" {
            guard use.nextHop.hasPrefix("unix:"),
                let place = ServerPlace(use.nextHop, directory: setup.queueDirectory),
                case .unix(let path) = place, seen.insert(place).inserted
            else { continue }
            if let finding = await finding(about: path, use, setup) { findings.append(finding) }
        }
        return findings
    }

    private func finding(about path: String, _ use: TransportsInUse.Use, _ setup: Setup) async -> Finding? {
        let owner = setup.owner?.name ?? setup.configuration[.mailOwner]
        if let failure = await ConnectionTrial(place: .unix(path)).failure() {
            // Who checks may not go where the server may.
            if failure.number == EACCES, setup.owner?.obstacle(to: .write, path) == nil { return nil }
            return finding(
                .error, path, "\(Self.words(failure)): mail by \(use.parameter) stays in the queue",
                evidence: [use.evidence, Evidence(place: "connect to \(path)", failure.description)]
                    + (await backlog(use, setup)),
                cure: cure(path, failure, owner: owner))
        }
        guard let (obstacle, status) = setup.owner?.obstacle(to: .write, path) else { return nil }
        return finding(
            .error, path,
            "\(owner), the user that the server runs as (mail_owner), may not use the socket: mail by \(use.parameter) "
                + "stays in the queue",
            evidence: [use.evidence, Evidence(place: obstacle, status.rights)] + (await backlog(use, setup)),
            cure: obstacle == path
                ? "let Dovecot make it for \(owner): \(Self.listener(path, owner))"
                : "let everybody pass through \(obstacle):",
            commands: obstacle == path ? [] : [.init("chmod a+x \(Shell.quoted(obstacle))")])
    }

    private static func words(_ failure: ConnectionTrial.Failure) -> String {
        switch failure.number {
        case ENOENT: "the socket is not there"
        case ECONNREFUSED: "nobody listens at the socket"
        case ENOTSOCK: "this is no socket"
        default: "the socket cannot be used (\(failure))"
        }
    }

    private func cure(_ path: String, _ failure: ConnectionTrial.Failure, owner: String) -> String {
        if failure.number == ECONNREFUSED {
            return
                "start the server that made it: systemctl restart dovecot; then: journalctl -u dovecot -n 20"
        }
        let directory = (path as NSString).deletingLastPathComponent
        let wanted = (path as NSString).lastPathComponent
        let sockets = ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
            .filter {
                (try? FileStatus(path: "\(directory)/\($0)"))?.kind == .socket
            }
        if let meant = Likeness.nearest(to: wanted, in: sockets, atLeast: 0.6) {
            return "did you mean \(directory)/\(meant)? That one is there"
        }
        return "let Dovecot listen there, and start it: \(Self.listener(path, owner))"
    }

    /// What Dovecot's 10-master.conf needs.
    private static func listener(_ path: String, _ owner: String) -> String {
        "service lmtp { unix_listener \(path) { mode = 0600 user = \(owner) group = \(owner) } }"
    }

    private func backlog(_ use: TransportsInUse.Use, _ setup: Setup) async -> [Evidence] {
        // As the log names it: connect to mail.example.org[private/dovecot-lmtp].
        let name = String(use.nextHop.dropFirst("unix:".count))
        guard let waiting = await setup.backlog("[\(name)]") else { return [] }
        let since = LocalTime.text(waiting.since.timeIntervalSince1970)
        return [
            Evidence(
                place: "the queue", "\(waiting.messages) messages wait for it, the oldest since \(since)")
        ]
    }
}
