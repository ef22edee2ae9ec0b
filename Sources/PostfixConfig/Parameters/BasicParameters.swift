// Who this machine is, and where its files are: postconf(5).

extension Parameter<String> {
    public static var myhostname: Self {
        Self("myhostname", default: "", "The full name of this mail server, as it greets with; by default the machine's.")
    }
    public static var mydomain: Self {
        Self("mydomain", default: "", "The domain of this mail server; by default myhostname without its first label.")
    }
    public static var myorigin: Self {
        Self("myorigin", default: "$myhostname", "The domain that is given to addresses which have none.")
    }
    public static var mailName: Self {
        Self("mail_name", default: "Postfix", "What the mail system calls itself in greetings and Received: fields.")
    }
    public static var mailOwner: Self {
        Self("mail_owner", default: "postfix", "The user that owns the queue, and that a server started by root becomes.")
    }
    public static var queueDirectory: Self {
        Self("queue_directory", default: "/var/spool/postfix", "Where the queue is kept.")
    }
    public static var dataDirectory: Self {
        Self("data_directory", default: "/var/lib/postfix", "Where state other than mail is kept.")
    }
    public static var recipientDelimiter: Self {
        Self("recipient_delimiter", default: "",
            "The characters that split a local part into user and extension; the first that occurs does.")
    }
    public static var syslogName: Self {
        Self("syslog_name", default: "postfix", "The name before the service's in each line of the log.")
    }
    public static var syslogFacility: Self {
        Self("syslog_facility", default: "mail", "The facility under which lines go to syslog.")
    }
    public static var maillogFile: Self {
        Self("maillog_file", default: "", "The file that the log is written to, instead of syslog; /dev/stdout is allowed.")
    }
    public static var smtpdBanner: Self {
        Self("smtpd_banner", default: "$myhostname ESMTP $mail_name", "What follows 220 in the greeting.")
    }
    public static var virtualMailboxBase: Self {
        Self("virtual_mailbox_base", default: "", "What is put before each path that virtual_mailbox_maps answers.")
    }
    public static var virtualTransport: Self {
        Self("virtual_transport", default: "virtual", "Transport and next hop for virtual mailbox domains.")
    }
    public static var localTransport: Self {
        Self("local_transport", default: "local:$myhostname", "Transport and next hop for local domains.")
    }
    public static var relayTransport: Self {
        Self("relay_transport", default: "relay", "Transport and next hop for relay domains.")
    }
    public static var defaultTransport: Self {
        Self("default_transport", default: "smtp", "Transport and next hop for every other domain.")
    }
    public static var relayhost: Self {
        Self("relayhost", default: "", "Next hop for mail to other domains; empty: the domain's own mail exchangers.")
    }
}
