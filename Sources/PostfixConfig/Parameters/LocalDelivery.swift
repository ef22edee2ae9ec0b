// Delivery to users of this machine: local(8).

extension Parameter<[String]> {
    public static var allowMailToFiles: Self {
        Self(
            "allow_mail_to_files", default: "alias, forward",
            "Where a /file may stand as a destination: aliases, .forward files, included lists.")
    }
    public static var allowMailToCommands: Self {
        Self(
            "allow_mail_to_commands", default: "alias, forward",
            "Where a |command may stand as a destination: aliases, .forward files, included lists.")
    }
    public static var mailboxTransportMaps: Self {
        Self(
            "mailbox_transport_maps", default: "",
            "The tables that choose a mailbox_transport by recipient.")
    }
    public static var mailboxCommandMaps: Self {
        Self("mailbox_command_maps", default: "", "The tables that choose a mailbox_command by recipient.")
    }
    public static var exportEnvironment: Self {
        Self(
            "export_environment", default: "TZ MAIL_CONFIG LANG",
            "The environment variables that commands outside the mail system get.")
    }
    public static var mailboxDeliveryLock: Self {
        Self(
            "mailbox_delivery_lock", default: "fcntl, dotlock",
            "How a mailbox file is locked during delivery: fcntl, flock, dotlock.")
    }
    public static var virtualMailboxLock: Self {
        Self(
            "virtual_mailbox_lock", default: "fcntl, dotlock",
            "How a virtual mailbox file is locked during delivery. Maildirs need no lock.")
    }
    public static var fallbackTransportMaps: Self {
        Self(
            "fallback_transport_maps", default: "",
            "The tables that choose a fallback_transport by recipient.")
    }
}

extension Parameter<Bool> {
    public static var expandOwnerAlias: Self {
        Self(
            "expand_owner_alias", default: "no",
            "Whether owner-list is itself expanded before it becomes the sender of a list's mail.")
    }
    public static var resetOwnerAlias: Self {
        Self(
            "reset_owner_alias", default: "no",
            "Whether an alias without an owner- of its own drops the owner of the list it is in.")
    }
    public static var strictMailboxOwnership: Self {
        Self(
            "strict_mailbox_ownership", default: "yes",
            "Whether a mailbox file must belong to its recipient.")
    }
}

extension Parameter<Duration> {
    public static var commandTimeLimit: Self {
        Self(
            "command_time_limit", default: "1000s", atLeast: 1,
            "How long a command that mail is given to may run.")
    }
}

extension Parameter<Int> {
    public static var mailboxSizeLimit: Self {
        Self(
            "mailbox_size_limit", default: "51200000",
            "The largest mailbox file that local delivery lets grow, in bytes; 0 is no limit.")
    }
}

extension Parameter<String> {
    public static var fallbackTransport: Self {
        Self(
            "fallback_transport", default: "",
            "Where local mail goes for users that are unknown here.")
    }
    public static var mailboxTransport: Self {
        Self(
            "mailbox_transport", default: "",
            "The transport that local mail is given to after aliases and .forward files.")
    }
    public static var homeMailbox: Self {
        Self(
            "home_mailbox", default: "",
            "The mailbox below a user's home directory; with a slash at the end, a Maildir.")
    }
    public static var mailSpoolDirectory: Self {
        Self(
            "mail_spool_directory", default: "/var/mail",
            "The directory of the users' mailboxes.")
    }
    public static var forwardExpansionFilter: Self {
        Self(
            "forward_expansion_filter",
            default: "1234567890!@%-_=+:,./abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "The characters that $name in forward_path may hold.")
    }
    public static var forwardPath: Self {
        Self(
            "forward_path", template: "$home/.forward${recipient_delimiter}${extension}, $home/.forward",
            "The files in which a user's own forwarding may stand.")
    }
    public static var mailboxCommand: Self {
        Self("mailbox_command", template: "", "The command that local mail is given to instead of a mailbox.")
    }
    public static var commandExecutionDirectory: Self {
        Self(
            "command_execution_directory", template: "",
            "The directory in which |command destinations run; empty: the queue's.")
    }
    public static var commandExpansionFilter: Self {
        Self(
            "command_expansion_filter",
            default: "1234567890!@%-_=+:,./abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "The characters that a command's environment may have from the message; others become underscores."
        )
    }
    public static var executionDirectoryExpansionFilter: Self {
        Self(
            "execution_directory_expansion_filter",
            default: "1234567890!@%-_=+:,./abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "The characters that $name in command_execution_directory may hold.")
    }
    public static var localCommandShell: Self {
        Self(
            "local_command_shell", default: "",
            "The shell that |command destinations are given to; empty: /bin/sh, where they need one.")
    }
    public static var defaultPrivs: Self {
        Self(
            "default_privs", default: "nobody", notEmpty: true,
            "The user as which commands run, and files are written, whose destination belongs to nobody in particular."
        )
    }
    public static var luserRelay: Self {
        Self(
            "luser_relay", template: "",
            "Where mail goes that no local user is there for.")
    }
}

extension ParameterCatalogue {
    static let localDelivery: [ParameterDefinition] = [
        Parameter<[String]>.allowMailToFiles.definition,
        Parameter<[String]>.allowMailToCommands.definition,
        Parameter<[String]>.mailboxTransportMaps.definition,
        Parameter<[String]>.fallbackTransportMaps.definition,
        Parameter<Bool>.expandOwnerAlias.definition,
        Parameter<Bool>.resetOwnerAlias.definition,
        Parameter<Bool>.strictMailboxOwnership.definition,
        Parameter<Int>.mailboxSizeLimit.definition,
        Parameter<String>.fallbackTransport.definition,
        Parameter<String>.mailboxTransport.definition,
        Parameter<String>.homeMailbox.definition,
        Parameter<String>.mailSpoolDirectory.definition,
        Parameter<String>.forwardExpansionFilter.definition,
        Parameter<String>.forwardPath.definition,
        Parameter<String>.luserRelay.definition,
        Parameter<String>.mailboxCommand.definition,
        Parameter<[String]>.mailboxCommandMaps.definition,
        Parameter<[String]>.exportEnvironment.definition,
        Parameter<[String]>.mailboxDeliveryLock.definition,
        Parameter<[String]>.virtualMailboxLock.definition,
        Parameter<String>.commandExecutionDirectory.definition,
        Parameter<String>.commandExpansionFilter.definition,
        Parameter<String>.executionDirectoryExpansionFilter.definition,
        Parameter<String>.localCommandShell.definition,
        Parameter<String>.defaultPrivs.definition,
        Parameter<Duration>.commandTimeLimit.definition,
        .known("alias_database", .text, "hash:/etc/aliases", "The alias files that newaliases(1) compiles."),
        .known(
            "biff", .boolean, "yes",
            "Whether logged-in users are told of new mail by the old network service of that name."),
        .known(
            "frozen_delivered_to", .boolean, "yes",
            "Whether Delivered-To: names the address before aliases that run later changed it."),
        .known(
            "local_delivery_status_filter", .text, "$default_delivery_status_filter",
            "The table that changes status and text of local deliveries."),
        .known(
            "prepend_delivered_header", .text, "command, file, forward",
            "The kinds of local delivery that add Delivered-To:."),
        .known(
            "require_home_directory", .boolean, "no",
            "Whether a user's home directory must exist for local delivery."),
        .known(
            "sun_mailtool_compatibility", .boolean, "no",
            "Obsolete: locking as an old mail reader wanted it."),
        .known(
            "virtual_delivery_status_filter", .text, "$default_delivery_status_filter",
            "The table that changes status and text of deliveries to virtual mailboxes."),
    ]
}
