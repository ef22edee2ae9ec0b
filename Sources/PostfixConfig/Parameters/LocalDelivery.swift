// Delivery to users of this machine: local(8).

extension ParameterCatalogue {
    static let localDelivery: [ParameterDefinition] = [
        .known("alias_database", .text, "hash:/etc/aliases", "The alias files that newaliases(1) compiles."),
        .known(
            "allow_mail_to_commands", .list, "alias, forward",
            "Where a |command may stand as a destination: aliases, .forward files, included lists."),
        .known(
            "allow_mail_to_files", .list, "alias, forward",
            "Where a /file may stand as a destination: aliases, .forward files, included lists."),
        .known(
            "biff", .boolean, "yes",
            "Whether logged-in users are told of new mail by the old network service of that name."),
        .known(
            "command_execution_directory", .template, "",
            "The directory in which |command destinations run."),
        .known(
            "command_expansion_filter", .text,
            "1234567890!@%-_=+:,./abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "The characters that $name in mailbox_command may hold."),
        .known(
            "default_privs", .text, "nobody",
            "The user as which commands run whose destination belongs to nobody in particular."),
        .known(
            "execution_directory_expansion_filter", .text,
            "1234567890!@%-_=+:,./abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "The characters that $name in command_execution_directory may hold."),
        .known(
            "expand_owner_alias", .boolean, "no",
            "Whether owner-list is itself expanded before it becomes the sender of a list's mail."),
        .known(
            "export_environment", .list, "TZ MAIL_CONFIG LANG",
            "The environment variables that commands outside the mail system get."),
        .routing("fallback_transport", .text, "", "Where local mail goes for users that are unknown here."),
        .routing(
            "fallback_transport_maps", .list, "",
            "The tables that choose a fallback_transport by recipient."),
        .known(
            "forward_expansion_filter", .text,
            "1234567890!@%-_=+:,./abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "The characters that $name in forward_path may hold."),
        .routing(
            "forward_path", .template, "$home/.forward${recipient_delimiter}${extension}, $home/.forward",
            "The files in which a user's own forwarding may stand."),
        .known(
            "frozen_delivered_to", .boolean, "yes",
            "Whether Delivered-To: names the address before aliases that run later changed it."),
        .routing(
            "home_mailbox", .text, "",
            "The mailbox below a user's home directory; with a slash at the end, a Maildir."),
        .known("local_command_shell", .text, "", "The shell that commands are given to."),
        .known(
            "local_delivery_status_filter", .text, "$default_delivery_status_filter",
            "The table that changes status and text of local deliveries."),
        .routing("luser_relay", .template, "", "Where mail goes that no local user is there for."),
        .known("mail_spool_directory", .text, "/var/mail", "The directory of the users' mailboxes."),
        .routing("mailbox_command", .template, "", "The command that local mail is given to."),
        .routing("mailbox_command_maps", .list, "", "The tables that choose a mailbox_command by recipient."),
        .known(
            "mailbox_delivery_lock", .list, "fcntl, dotlock",
            "How a mailbox file is locked during delivery."),
        .known(
            "mailbox_size_limit", .number, "51200000",
            "The largest mailbox file that local delivery lets grow, in bytes; 0 is no limit."),
        .routing(
            "mailbox_transport", .text, "",
            "The transport that local mail is given to after aliases and .forward files."),
        .routing(
            "mailbox_transport_maps", .list, "",
            "The tables that choose a mailbox_transport by recipient."),
        .known(
            "prepend_delivered_header", .text, "command, file, forward",
            "The kinds of local delivery that add Delivered-To:."),
        .known(
            "require_home_directory", .boolean, "no",
            "Whether a user's home directory must exist for local delivery."),
        .known(
            "reset_owner_alias", .boolean, "no",
            "Whether an alias without an owner- of its own drops the owner of the list it is in."),
        .known(
            "strict_mailbox_ownership", .boolean, "yes",
            "Whether a mailbox file must belong to its recipient."),
        .known(
            "sun_mailtool_compatibility", .boolean, "no",
            "Obsolete: locking as an old mail reader wanted it."),
        .known(
            "virtual_delivery_status_filter", .text, "$default_delivery_status_filter",
            "The table that changes status and text of deliveries to virtual mailboxes."),
        .known(
            "virtual_mailbox_lock", .list, "fcntl, dotlock",
            "How a virtual mailbox file is locked during delivery. Maildirs need no lock."),
    ]
}
