import Foundation
import Peers
import Testing

/// `--login`: who may log in where, and whose the sender is.
@Suite struct SenderViewTests {
    private func explain(_ masterCf: String, _ more: String, _ arguments: String...) async throws
        -> CommandResult
    {
        let directory = try TemporaryDirectory("snv")
        try directory.write(
            "etc/main.cf",
            """
            compatibility_level = 3.6
            myhostname = mx.example.net
            mydestination =
            mynetworks = 127.0.0.0/8
            virtual_alias_domains =
            virtual_mailbox_domains = example.org
            virtual_mailbox_maps = inline:{ {john@example.org=x} }
            virtual_transport = discard
            default_transport = discard
            \(more)
            """)
        try directory.write("etc/master.cf", masterCf)
        let result = try await Command.run(
            [
                BuiltProgram.martlet, "explain", "-c", directory.appending("etc"), "--login",
                "john@example.org",
            ] + arguments)
        return CommandResult(
            standardOutput: result.standardOutput.replacing(directory.path, with: ""),
            standardError: result.standardError, exitCode: result.exitCode)
    }

    private static let owned = "smtpd_sender_login_maps = inline:{ {john@example.org=john@example.org} }\n"
    private static let sasl = "  -o smtpd_sasl_auth_enable=yes\n"

    @Test func `the one service where people can log in is the one that is meant`() async throws {
        let result = try await explain(
            "smtp inet n - y - - smtpd\n2525 inet n - y - - smtpd\n" + Self.sasl, Self.owned, "--from",
            "john@example.org", "x@far.test")
        #expect(result.standardOutput.contains("logged in as john@example.org to the service 2525\n"))
        #expect(
            result.standardOutput.contains(
                "  sender    john@example.org belongs to john@example.org: smtpd_sender_login_maps has john@example.org\n"
            ))
        #expect(result.exitCode == 0, "\(result.standardError)")
        #expect(result.standardError == "")
    }

    @Test func `several are named, so that one can be chosen`() async throws {
        let master = "smtp inet n - y - - smtpd\n2525 inet n - y - - smtpd\n" + Self.sasl
        let several = master + "2526 inet n - y - - smtpd\n" + Self.sasl
        let result = try await explain(several, "", "x@far.test")
        #expect(result.exitCode == 64)
        #expect(
            result.standardError.contains(
                "--login: people can log in at 2525, 2526; say where with --service or --port"))
        let submission = try await explain(
            several + "587 inet n - y - - smtpd\n" + Self.sasl, "", "x@far.test")
        #expect(submission.standardOutput.contains("to the service 587\n"))
    }

    @Test
    func `where nobody can log in, that is said with the commands, and the sender's owner all the same`()
        async throws
    {
        let result = try await explain(
            "smtp inet n - y - - smtpd\n", Self.owned, "--from", "jack@example.org", "john@example.org")
        let lines = result.standardOutput.split(separator: "\n").map(String.init)
        #expect(
            lines.contains(
                "  note      nobody can log in at the service smtp (smtpd_sasl_auth_enable = no). The reply is for somebody who is not john@example.org, but a stranger"
            ), "\(result.standardOutput)")
        #expect(
            lines.contains(
                "    cure    martlet postconf -c /etc -M submission/inet='submission inet n - y - - smtpd' && martlet postconf -c /etc -P submission/inet/smtpd_sasl_auth_enable=yes submission/inet/smtpd_sender_restrictions=reject_sender_login_mismatch"
            ), "\(result.standardOutput)")
        #expect(lines.contains("  sender    nobody owns jack@example.org"), "\(result.standardOutput)")
        #expect(result.exitCode == 0)
    }

    /// The commands do what they are said to do.
    @Test func `the commands make a service where people can log in`() async throws {
        let directory = try TemporaryDirectory("snv")
        let etc = directory.appending("etc")
        try directory.write(
            "etc/main.cf",
            "compatibility_level = 3.6\nmyhostname = mx.example.net\nmydestination =\n\(Self.owned)")
        try directory.write("etc/master.cf", "smtp inet n - y - - smtpd\n")
        let arguments = ["explain", "-c", etc, "--login", "bob", "--from", "john@example.org", "x@far.test"]
        let before = try await Command.run([BuiltProgram.martlet] + arguments)
        let cure = try #require(
            before.standardOutput.split(separator: "\n").first { $0.contains("    cure    martlet ") })
        let command = String(cure.drop { $0 != "m" }).replacing("martlet ", with: "\(BuiltProgram.martlet) ")
        let cured = try await Command.run(["sh", "-ec", command])
        #expect(cured.exitCode == 0, "\(cured.standardError)")
        let after = try await Command.run([BuiltProgram.martlet] + arguments)
        #expect(
            after.standardOutput.contains(
                "  reply     553 5.7.1 <john@example.org>: Sender address rejected: not owned by user bob\n"))
    }

    @Test func `a sender that nobody guards is named`() async throws {
        let master = "smtp inet n - y - - smtpd\nsubmission inet n - y - - smtpd\n" + Self.sasl
        let empty = try await explain(master, "", "--from", "jack@example.org", "x@far.test")
        #expect(
            empty.standardOutput.contains(
                "  note      smtpd_sender_login_maps is empty, so nothing says whose jack@example.org is: whoever has logged in may use it\n"
            ))
        let unasked = try await explain(
            master, "smtpd_sender_login_maps = inline:{ {jack@example.org=jack} }\n", "--from",
            "jack@example.org",
            "x@far.test")
        let lines = unasked.standardOutput.split(separator: "\n").map(String.init)
        #expect(
            lines.contains(
                "  note      jack@example.org is not john@example.org's, and no restriction of the service submission asks"
            ), "\(unasked.standardOutput)")
        #expect(
            lines.contains(
                "    cure    martlet postconf -c /etc -P submission/inet/smtpd_sender_restrictions=reject_sender_login_mismatch"
            ))
    }
}
