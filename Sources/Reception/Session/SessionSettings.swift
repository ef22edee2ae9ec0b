import LookupTables
import MailFormat
import SMTPWire

/// How the sessions of one smtpd service behave: postconf(5), with Postfix's defaults.
public struct SessionSettings: Sendable {
    /// What the dialog offers and allows.
    public var dialog: ServerOptions
    /// `mail_name`, for Received:.
    public var mailName: String
    /// `smtpd_timeout`: how long a client may be silent, and how long it may leave replies unread.
    public var timeout: Duration
    /// `smtpd_error_sleep_time`
    public var errorSleepTime: Duration
    /// `hopcount_limit`: so many Received: fields make a loop.
    public var hopcountLimit: Int
    /// `duplicate_filter_limit`: among so many recipients of a message, equal ones are found.
    public var duplicateFilterLimit: Int
    /// `enable_original_recipient`: the address that the client named is kept beside the final recipient.
    public var keepsOriginalRecipient = true
    /// What is done to the header of messages.
    public var header = HeaderSettings()
    /// `smtpd_peername_lookup`
    public var looksUpNames: Bool
    /// `smtpd_client_connection_count_limit`: sessions of one address at a time; 0 is no limit.
    public var clientConnectionLimit: Int
    /// `smtpd_client_event_limit_exceptions`: clients without that limit.
    public var limitExceptions: ClientList
    /// Clients whose bare line feeds in content become line ends: `smtpd_forbid_bare_newline_exclusions`, where
    /// `smtpd_forbid_bare_newline` is set to something gentler than `reject`.
    public var mendedClients: ClientList

    public init(
        dialog: ServerOptions, mailName: String = "Postfix", timeout: Duration = .seconds(300),
        errorSleepTime: Duration = .seconds(1), hopcountLimit: Int = 50, duplicateFilterLimit: Int = 1000,
        looksUpNames: Bool = true, clientConnectionLimit: Int = 50,
        limitExceptions: ClientList = ClientList(parameter: "smtpd_client_event_limit_exceptions"),
        mendedClients: ClientList = ClientList(parameter: "smtpd_forbid_bare_newline_exclusions")
    ) {
        self.dialog = dialog
        self.mailName = mailName
        self.timeout = timeout
        self.errorSleepTime = errorSleepTime
        self.hopcountLimit = hopcountLimit
        self.duplicateFilterLimit = duplicateFilterLimit
        self.looksUpNames = looksUpNames
        self.clientConnectionLimit = clientConnectionLimit
        self.limitExceptions = limitExceptions
        self.mendedClients = mendedClients
    }
}
