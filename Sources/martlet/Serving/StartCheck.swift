import Diagnosis
import Foundation
import Logging
import PostfixConfig

/// The rules that cost nothing, asked when a server starts and when it reads its configuration again.
///
/// They are told, and change nothing; only a server that would lose mail or relay it for everybody is not started.
struct StartCheck {
    let directory: String
    let logger: Logger

    /// What the reading of the configuration tells anyway, and what is no trouble, is left out.
    private static let rules = RuleBook.all.filter {
        $0.cost == .files && $0.worst > .advice && $0.name != UnusableSetting.name
    }
    /// A server that hangs must not keep this one from starting.
    private static let timeLimit = Duration.seconds(5)

    /// - Throws: ``ServeFailure`` where the server must not run like this, with what is wrong and what to do.
    func run(on system: MailSystem, master: MasterFile?) async throws(ServeFailure) {
        guard let mainFile = try? MainFile(path: "\(directory)/main.cf") else { return }
        let setup = Setup(
            configuration: system.configuration, mainFile: mainFile, master: master, opener: system.opener,
            router: system.router)
        let findings = await Examination(Self.rules) { _ in Self.timeLimit }.findings(in: setup)
        for finding in findings where finding.severity > .advice { logger.warning("\(finding.line)") }
        if let finding = findings.first(where: \.forbidsServing) {
            throw ServeFailure("not serving like this: \(finding.line)", exitCode: EX_CONFIG)
        }
    }
}

extension Finding {
    /// `check: open-relay: mynetworks: … (/etc/postfix/main.cf, line 3: mynetworks = 0.0.0.0/0); cure`
    fileprivate var line: String {
        let seen = evidence.first.map { " (\($0))" } ?? ""
        return "check: \(rule): \(subject): \(message)\(seen); \(cure)"
    }
}
