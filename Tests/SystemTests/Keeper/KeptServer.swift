import Foundation
import Peers

/// A Martlet that root has started, with aliases of its own, and its processes.
struct KeptServer: Sendable {
    let server: MartletServer
    var directory: TemporaryDirectory { server.directory }

    /// - Parameter aliases: `$DIR` stands for the server's own directory.
    static func start(
        aliases: String, mainCf: String = "", masterCf: String = ""
    ) async throws -> KeptServer {
        KeptServer(
            server: try await MartletServer.start(
                mainCf: "", asRoot: true,
                prepare: { directory in
                    let path = directory.path
                    let main = """
                        mydestination = here.test
                        local_recipient_maps =
                        smtpd_recipient_restrictions =
                        alias_maps = texthash:$DIR/etc/aliases
                        forward_path =
                        mail_spool_directory = $DIR/mail
                        virtual_mailbox_domains = virt.test
                        virtual_mailbox_base = $DIR/vmail
                        virtual_mailbox_maps = static:all/
                        virtual_uid_maps = static:5000
                        virtual_gid_maps = static:5000
                        \(mainCf)

                        """
                    try directory.write("etc/aliases", aliases.replacing("$DIR", with: path) + "\n")
                    for (name, text) in [("main.cf", main), ("master.cf", masterCf + "\n")] {
                        let file = directory.appending("etc/\(name)")
                        let before = try String(contentsOfFile: file, encoding: .utf8)
                        try directory.write("etc/\(name)", before + text.replacing("$DIR", with: path))
                    }
                    for name in ["mail", "vmail", "records"] { _ = try directory.makeDirectory(name) }
                    try Root.run(
                        "cd '\(path)' && chmod 1777 records && chgrp mail mail && chmod 2775 mail && chown 5000:5000 vmail"
                    )
                }))
    }

    func send(_ recipients: [String], content: String = "Subject: x\r\n\r\nhello\r\n") async throws {
        let client = try await SMTPClient.connect(port: server.port)
        _ = try await client.command("EHLO client.test")
        for recipient in recipients {
            let replies = try await client.sendMail(from: "s@far.test", to: [recipient], content: content)
            guard replies.last?.hasPrefix("250") == true else {
                throw PeerFailure("\(recipient): \(replies)")
            }
        }
    }

    /// The process ids whose command line has a text.
    static func processes(_ text: String) throws -> [String] {
        // The brackets keep pgrep from finding the shell that runs it.
        let pattern = "[\(text.prefix(1))]\(text.dropFirst())"
        return try Root.run("pgrep -f '\(pattern)' || true").split(separator: "\n").map(String.init)
    }

    /// The keeper of this server.
    func keeper() throws -> String? {
        try Self.processes("keep-deliveries \(server.configDirectory)").first
    }

    /// How often the log has a text.
    func count(_ text: String) -> Int { server.log.components(separatedBy: text).count - 1 }
}
