import Logging
import MailQueue

/// One smtpd service of master.cf: all that its sessions share. A session keeps the one it began with, so a
/// configuration that is read again changes only the sessions that come after.
public final class SMTPService: Sendable {
    public let settings: SessionSettings
    public let access: AccessPolicy
    public let intake: any MessageIntake
    /// With label `smtpd`.
    let logger: Logger
    /// With label `cleanup`: lines that Postfix's cleanup daemon writes.
    let cleanupLogger: Logger

    public init(
        settings: SessionSettings, access: AccessPolicy, intake: any MessageIntake, logger: Logger,
        cleanupLogger: Logger
    ) {
        self.settings = settings
        self.access = access
        self.intake = intake
        self.logger = logger
        self.cleanupLogger = cleanupLogger
    }
}
