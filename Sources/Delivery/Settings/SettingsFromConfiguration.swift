import MailQueue
import PostfixConfig
import Routing
import SMTPWire

extension QueueSettings {
    public init(_ configuration: Configuration) {
        let minimum = configuration[.queueMinfree]
        self.init(
            directory: "\(configuration[.queueDirectory])/martlet",
            minimumFree: minimum > 0 ? minimum : configuration[.messageSizeLimit] / 2 * 3,
            schedule: RetrySchedule(
                minimalBackoff: configuration[.minimalBackoffTime],
                maximalBackoff: configuration[.maximalBackoffTime],
                lifetime: configuration[.maximalQueueLifetime],
                bounceLifetime: configuration[.bounceQueueLifetime]),
            runDelay: configuration[.queueRunDelay], activeLimit: configuration[.qmgrMessageActiveLimit],
            recipientLimit: configuration[.qmgrMessageRecipientLimit])
    }
}

extension DeliverySettings {
    public init(_ configuration: Configuration) {
        self.init(hostname: configuration[.myhostname], bounce: BounceSettings(configuration))
        concurrencyLimit = { configuration.destinationConcurrencyLimit(transport: $0) }
        initialConcurrency = { configuration.initialDestinationConcurrency(transport: $0) }
        recipientLimit = { configuration.destinationRecipientLimit(transport: $0) }
        rest = configuration[.minimalBackoffTime]
    }
}

extension BounceSettings {
    public init(_ configuration: Configuration) {
        self.init(hostname: configuration[.myhostname], origin: configuration[.myorigin])
        mailName = configuration[.mailName]
        sizeLimit = configuration[.bounceSizeLimit]
        doubleBounceSender = configuration[.doubleBounceSender]
    }
}

extension LMTPSettings {
    public init(_ configuration: Configuration) {
        self.init(hostname: configuration[.myhostname], socketDirectory: configuration[.queueDirectory])
        heloName = configuration[.lmtpLHLOName]
        port = Int(configuration[.lmtpTcpPort]) ?? 24
        connectTimeout = configuration[.lmtpConnectTimeout]
        limits = ClientTimeLimits(
            greeting: configuration[.lmtpLHLOTimeout], hello: configuration[.lmtpLHLOTimeout],
            mail: configuration[.lmtpMailTimeout], recipient: configuration[.lmtpRcptTimeout],
            dataStart: configuration[.lmtpDataInitTimeout], content: configuration[.lmtpDataXferTimeout],
            dataEnd: configuration[.lmtpDataDoneTimeout])
        keepsConnections = configuration[.lmtpConnectionCacheOnDemand]
        idleTime = configuration[.lmtpConnectionCacheTimeLimit]
        reuseTime = configuration[.lmtpConnectionReuseTimeLimit]
        reuseCount = configuration[.lmtpConnectionReuseCountLimit]
        probesData = configuration[.lmtpAddressVerifyTarget] == "data"
    }
}

extension LocalAgentSettings {
    public init(_ configuration: Configuration) {
        self.init()
        homeMailbox = configuration[.homeMailbox]
        spoolDirectory = configuration[.mailSpoolDirectory]
        limit = configuration[.mailboxSizeLimit]
        locks = MailboxLocks(words: configuration[.mailboxDeliveryLock])
        requiresOwnership = configuration[.strictMailboxOwnership]
        namesOriginalRecipient = configuration[.enableOriginalRecipient]
        ownDirectories = [
            configuration[.queueDirectory], configuration[.dataDirectory], configuration.directory,
        ]
    }
}

extension VirtualSettings {
    public init(_ configuration: Configuration) {
        self.init(base: configuration[.virtualMailboxBase])
        limit = configuration[.virtualMailboxLimit]
        locks = MailboxLocks(words: configuration[.virtualMailboxLock])
        namesOriginalRecipient = configuration[.enableOriginalRecipient]
        minimumUID = configuration[.virtualMinimumUID]
        addressExtension = AddressExtension(configuration)
    }
}
