import Foundation

/// A complete setup on the embedded default, all in one directory:
///
///     main.cf  master.cf                 what Postfix would read
///     virtual-mailbox-domains.cf  …      the three questions, as sqlite: maps
///     mailserver.sqlite                  domains, mailboxes, aliases
///     queue/  mail/                      the queue, and a Maildir for each mailbox
struct NewSetup {
    /// Absolute.
    let directory: String
    /// `127.0.0.1:2525`, as master.cf names a listener.
    let listen: String
    let hostname: String
    let owner: Owner
    let withExample: Bool

    /// Writes all files.
    ///
    /// - Throws: ``SetupError`` where something is there already or can't be written; nothing is overwritten.
    func write() throws {
        for name in ["main.cf", "master.cf", Self.databaseName]
        where FileManager.default.fileExists(atPath: path(name)) {
            throw SetupError("\(path(name)) is there already; choose another directory, or move it away")
        }
        for name in ["", "queue", "data", "mail"] { try makeDirectory(path(name)) }
        let database = GuideDatabase(path: path(Self.databaseName))
        do {
            try database.create()
            if withExample { try database.addExample() }
        } catch {
            throw SetupError("cannot make \(database.path): \(error)")
        }
        chmod(database.path, 0o640)
        try put("virtual-mailbox-domains.cf", map("SELECT 1 FROM virtual_domains WHERE name = '%s'"))
        try put(
            "virtual-mailbox-maps.cf", map("SELECT '%d/%u/Maildir/' FROM virtual_users WHERE email = '%s'"))
        try put("virtual-alias-maps.cf", map("SELECT destination FROM virtual_aliases WHERE source = '%s'"))
        try put("master.cf", masterFile)
        try put("main.cf", mainFile)
        try handOver()
    }

    private static let databaseName = "mailserver.sqlite"

    private func path(_ name: String) -> String { name.isEmpty ? directory : "\(directory)/\(name)" }

    private func map(_ query: String) -> String {
        "dbpath = \(path(Self.databaseName))\nquery = \(query)\n"
    }

    private var masterFile: String {
        """
        # service  type  private unpriv  chroot  wakeup  maxproc command
        \(listen) inet n - n - - smtpd

        """
    }

    private var mainFile: String {
        """
        # See "man 5 postconf" for what each parameter means; "martlet postconf -n" shows what is set.
        compatibility_level = 3.6
        myhostname = \(hostname)
        # Every domain is in the database: this machine has no local users with mail.
        mydestination =
        alias_maps =
        local_recipient_maps =
        mynetworks = 127.0.0.0/8 [::1]/128
        inet_interfaces = all
        mail_owner = \(owner.name)

        queue_directory = \(path("queue"))
        data_directory = \(path("data"))

        # Three questions to the database: is the domain ours, is the address a mailbox, is it an alias?
        virtual_mailbox_domains = sqlite:$config_directory/virtual-mailbox-domains.cf
        virtual_mailbox_maps = sqlite:$config_directory/virtual-mailbox-maps.cf
        virtual_alias_maps = sqlite:$config_directory/virtual-alias-maps.cf
        virtual_alias_domains =
        # A catch-all alias (@example.org) takes only what no mailbox takes.
        virtual_catchall_after_mailboxes = yes
        recipient_delimiter = +

        # Mail goes into Maildirs; for Dovecot write: virtual_transport = lmtp:unix:private/dovecot-lmtp
        virtual_transport = virtual
        virtual_mailbox_base = \(path("mail"))
        virtual_minimum_uid = \(max(1, min(100, owner.uid)))
        virtual_uid_maps = static:\(owner.uid)
        virtual_gid_maps = static:\(owner.gid)

        """
    }

    private func makeDirectory(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        } catch {
            throw SetupError("cannot make the directory \(path): \(error.localizedDescription)")
        }
    }

    private func put(_ name: String, _ text: String) throws {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)), options: .atomic)
        } catch {
            throw SetupError("cannot write \(path(name)): \(error.localizedDescription)")
        }
        chmod(path(name), 0o644)
    }

    /// What the server writes, and the database it reads, belong to the user that it becomes.
    private func handOver() throws {
        guard getuid() == 0 else { return }
        for name in ["queue", "data", "mail", Self.databaseName] {
            guard chown(path(name), owner.uid, owner.gid) == 0 else {
                throw SetupError(
                    "cannot give \(path(name)) to \(owner.name): \(String(cString: strerror(errno)))")
            }
        }
    }
}

/// What kept a setup from being made, for the person who asked for it.
struct SetupError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
