import Foundation
import Peers

/// Mailboxes, files and lists of several users, made for a server in its own directory: the same for Postfix and Martlet.
struct RightsSetup: Sendable {
    static let spoolModes = ["2775", "0775", "0755", "1777", "0700"]
    private static let destination = (spoolModes.map { "m\($0).test" } + ["here.test", "hm.test", "hb.test"])
        .joined(separator: ", ")

    /// `$DIR` is the server's own directory.
    static let mainCf = """
        mydestination = \(destination)
        myorigin = here.test
        local_recipient_maps =
        append_dot_mydomain = no
        recipient_delimiter = +
        smtpd_recipient_restrictions =
        alias_maps = texthash:$DIR/etc/aliases, texthash:$DIR/etc/lps
        allow_mail_to_files = alias, forward, include
        allow_mail_to_commands = alias, forward, include
        forward_path = $DIR/forward/$user+${extension}, $DIR/forward/$user
        mail_spool_directory = $DIR/mail/2775
        transport_maps = inline:{\(spoolModes.map { "m\($0).test=l\($0):" }.joined(separator: ", ")), hm.test=lhm:, hb.test=lhb:}
        virtual_mailbox_domains = virt.test
        virtual_mailbox_base = $DIR/vmail
        virtual_mailbox_maps = inline:{a@virt.test=a/, b@virt.test=b, c@virt.test=deep/c/}
        virtual_uid_maps = inline:{a@virt.test=5000, b@virt.test=6000, c@virt.test=5000}
        virtual_gid_maps = inline:{a@virt.test=5001, b@virt.test=6001, c@virt.test=8}
        virtual_minimum_uid = 1000
        """

    static let masterCf =
        (spoolModes.map { "l\($0) unix - n n - - local -o mail_spool_directory=$DIR/mail/\($0)" } + [
            "lhm unix - n n - - local -o home_mailbox=../..$DIR/home/Maildir/",
            "lhb unix - n n - - local -o home_mailbox=../..$DIR/home/mbox",
        ]).joined(separator: "\n")

    static let recipients =
        spoolModes.flatMap { mode in ["games", "nobody", "root", "lp+x"].map { "\($0)@m\(mode).test" } } + [
            "games@hm.test", "games@hb.test", "a@virt.test", "b@virt.test", "b@virt.test", "c@virt.test",
            "file@here.test", "there@here.test", "box@here.test", "theirs@here.test", "list@here.test",
            "news@here.test", "man@here.test", "man+list@here.test", "closed@here.test", "linked@m2775.test",
        ]

    /// What root makes ready in a server's directory.
    static func prepare(_ directory: TemporaryDirectory) throws {
        let path = directory.path
        try directory.write(
            "etc/aliases",
            """
            file \(path)/open/new
            there \(path)/files/nobodys
            box \(path)/open/box/
            list :include:\(path)/lists/members
            closed \(path)/home/closed

            """)
        try directory.write("etc/lps", "theirs \(path)/open/lps\n")
        try directory.write("lists/members", "\(path)/open/members\n")
        try directory.write("forward/news", "\(path)/open/news, \\news\n", mode: 0o600)
        try directory.write("forward/man", "\(path)/open/man\n", mode: 0o400)
        try directory.write("forward/man+list", ":include:\(path)/lists/mans\n", mode: 0o640)
        try directory.write("lists/mans", "\(path)/open/manlist\n", mode: 0o600)
        for name in ["open", "files", "home", "vmail", "mail"] { _ = try directory.makeDirectory(name) }
        try Root.run(
            """
            cd '\(path)'
            chmod 1777 open
            touch files/nobodys && chown nobody files/nobodys && chmod 640 files/nobodys
            chown lp etc/lps lists/members && chown news forward/news && chown man forward/man* lists/mans
            chown games home && chown 5000:5001 vmail && chmod 777 vmail
            for mode in \(spoolModes.joined(separator: " ")); do
                mkdir mail/$mode && chgrp mail mail/$mode && chmod $mode mail/$mode
            done
            """)
    }
}
