/// What a server offers and allows in a dialog: Postfix's parameters, with their defaults.
public struct ServerOptions: Sendable {
    /// `myhostname`
    public var hostname: String
    /// `smtpd_banner`, after `220 `.
    public var banner: String
    /// `message_size_limit` in bytes; 0 is no limit.
    public var messageSizeLimit = 10_240_000
    /// `line_length_limit` in bytes.
    public var lineLengthLimit = 2048
    /// `smtpd_helo_required`
    public var isHeloRequired = false
    /// `disable_vrfy_command`
    public var isVerifyDisabled = false
    /// `strict_rfc821_envelopes`, `allow_min_user`
    public var paths = PathRules()
    /// `smtpd_recipient_limit`
    public var recipientLimit = 1000
    /// `smtpd_recipient_overshoot_limit`
    public var recipientOvershootLimit = 1000
    /// `smtpd_soft_error_limit`
    public var softErrorLimit = 10
    /// `smtpd_hard_error_limit`
    public var hardErrorLimit = 20
    /// `smtpd_junk_command_limit`
    public var junkCommandLimit = 100
    /// `smtpd_forbidden_commands`, in capitals.
    public var forbiddenCommands: Set<String> = ["CONNECT", "GET", "POST"]
    /// The part of `smtpd_forbidden_commands` that its default writes as `/^[^A-Z]/`: no letter begins the line.
    public var forbidsNonLetters = true
    /// `smtpd_discard_ehlo_keywords`, in capitals: what EHLO does not offer.
    public var discardedKeywords: Set<String> = []
    /// `smtpd_forbid_bare_newline_reject_code`
    public var bareLineFeedCode = 550
    /// Bare line feeds in content become CRLF instead of faults.
    public var mendsLineFeeds = false
    /// `smtpd_noop_commands`, in capitals.
    public var noopCommands: Set<String> = []

    /// So many bytes of one message are read, most of them only to be thrown away, before the client is given
    /// up; nil is no limit. What is too big is best refused at its end, where every client understands it.
    var contentLimit: Int? {
        guard messageSizeLimit > 0 else { return nil }
        let (limit, isTooMuch) = messageSizeLimit.multipliedReportingOverflow(by: 10)
        return isTooMuch ? nil : max(limit, 100 << 20)
    }

    public init(hostname: String, banner: String? = nil) {
        self.hostname = hostname
        self.banner = banner ?? "\(hostname) ESMTP Postfix"
    }
}
