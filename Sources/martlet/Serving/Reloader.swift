import Delivery
import Foundation
import Logging
import LookupTables
import MailQueue
import PostfixConfig
import ServiceLifecycle
import UnixSignals

/// Reads the configuration again on SIGHUP. One that can't be used is named in the log, and the old one stays.
struct Reloader: Service {
    let directory: String
    let current: CurrentSystem
    let pools: DatabasePools
    let memory: AnswerMemory
    let intake: any MessageIntake
    let verifier: Verifier
    let keeper: DeliveryKeeper?
    let log: MailLog

    func run() async {
        let logger = log.logger("master")
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            // The file may have been rotated.
            do throws(LogOutputError) { try log.sink.reopen() } catch {
                logger.error("\(error); the log goes on in the old file")
            }
            do {
                let configuration = try Configuration.load(directory: directory)
                let master = try MasterFile.load(directory: directory)
                let system = try MailSystem(
                    configuration, master: master, pools: pools, memory: memory, intake: intake,
                    verifier: verifier, keeper: keeper, log: log)
                try await StartCheck(directory: directory, logger: logger).run(on: system, master: master)
                if let reason = await keeper?.reload() {
                    throw ServeFailure("the delivery keeper: \(reason)", exitCode: EX_CONFIG)
                }
                verifier.apply(VerificationSettings(configuration))
                await current.replace(with: system).agents.shutdown()
                for warning in configuration.warnings + (master?.warnings ?? []) {
                    logger.warning("\(warning)")
                }
                logger.info("reload -- version \(Version.current), configuration \(directory)")
            } catch let failure as ConfigurationFailure {
                for problem in failure.problems { logger.error("\(problem)") }
                logger.error("the configuration was not read again: the one before stays in force")
            } catch {
                logger.error("\(error); the configuration before stays in force")
            }
        }
    }
}
