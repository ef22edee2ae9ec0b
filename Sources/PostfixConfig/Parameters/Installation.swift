// Where Postfix was installed, and how it is run: postfix(1), postmulti(1).

extension ParameterCatalogue {
    static let installation: [ParameterDefinition] = [
        .known(
            "alternate_config_directories", .list, "",
            "Other configuration directories that its set-gid commands may use."),
        .known("command_directory", .text, "/usr/sbin", "The directory of its administrative commands."),
        .known("daemon_directory", .text, "/usr/lib/postfix/sbin", "The directory of its daemons."),
        .known(
            "html_directory", .text, "/usr/share/doc/postfix/html",
            "The directory of its documentation in HTML."),
        .known(
            "import_environment", .list,
            "MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ XAUTHORITY DISPLAY LANG=C POSTLOG_SERVICE "
                + "POSTLOG_HOSTNAME",
            "The environment variables that are taken over from whoever starts it."),
        .known("mail_release_date", .text, "20261121", "The day of the release."),
        .known("mail_version", .text, Version.current, "The version of the mail system."),
        .known("mailq_path", .text, "/usr/bin/mailq", "The path of mailq(1)."),
        .known("manpage_directory", .text, "/usr/share/man", "The directory of its manual pages."),
        .known("meta_directory", .text, "/etc/postfix", "The directory of the list of its files."),
        .known("multi_instance_directories", .list, "", "The configuration directories of more instances."),
        .known(
            "multi_instance_enable", .boolean, "no",
            "Whether this instance is started and stopped with the others."),
        .known("multi_instance_group", .text, "", "The group of instances that this one is in."),
        .known("multi_instance_name", .text, "", "The name of this instance."),
        .known("multi_instance_wrapper", .text, "", "The command that starts and stops several instances."),
        .known("newaliases_path", .text, "/usr/bin/newaliases", "The path of newaliases(1)."),
        .known("openssl_path", .text, "openssl", "The path of the openssl command."),
        .known(
            "postmulti_control_commands", .list, "reload flush",
            "The commands that a disabled instance also obeys."),
        .known("postmulti_start_commands", .list, "start", "The commands that start an instance."),
        .known(
            "postmulti_stop_commands", .list, "stop abort drain quick-stop",
            "The commands that stop an instance."),
        .known("process_id", .text, from: .processID, "The process that asks; for use in other values."),
        .known(
            "process_id_directory", .text, "pid",
            "The directory, below the queue's, of lock files with process ids."),
        .known("process_name", .text, from: .processName, "The program that asks; for use in other values."),
        .known(
            "readme_directory", .text, "/usr/share/doc/postfix",
            "The directory of its documentation as text."),
        .known("sample_directory", .text, "/etc/postfix", "The directory of example configuration files."),
        .known(
            "sendmail_fix_line_endings", .text, "always",
            "Whether sendmail(1) takes CR LF for a line end."),
        .known("sendmail_path", .text, "/usr/sbin/sendmail", "The path of sendmail(1)."),
        .known(
            "setgid_group", .text, "postdrop",
            "The group of the commands that hand in mail and ask for the queue."),
        .known("shlib_directory", .text, "/usr/lib/postfix", "The directory of its shared libraries."),
    ]
}
