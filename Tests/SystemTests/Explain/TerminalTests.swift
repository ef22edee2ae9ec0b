import Foundation
import Peers
import Testing

/// At a terminal lines are broken where they end; in a pipe they are left for grep.
@Suite struct TerminalTests {
    @Test func `nothing is wider than the terminal, save commands to copy`() async throws {
        let directory = try TemporaryDirectory("trm")
        let etc = directory.appending("etc")
        try directory.write(
            "etc/main.cf",
            """
            compatibility_level = 3.6
            myhostname = mx.example.net
            mydestination = local.test
            local_recipient_maps =
            alias_maps =
            virtual_alias_maps = texthash:$config_directory/virtual
            smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination

            """)
        try directory.write(
            "etc/virtual",
            "a-team-of-people@local.test ghost@local.test, somebody-with-a-long-name@local.test\n")
        let command =
            "stty cols 80 rows 24; env -u NO_COLOR \(BuiltProgram.martlet) explain -c \(etc) a-team-of-people@local.test"
        let result = try await Command.run(["script", "-qec", command, "/dev/null"])
        let text = result.standardOutput.replacing("\r\n", with: "\n").replacing(
            try Regex("\u{1b}\\[[0-9]+m"), with: "")
        #expect(result.standardOutput.contains("\u{1b}[1m"), "colours are for terminals")
        for line in text.split(separator: "\n") where !line.hasPrefix("    cure ") {
            #expect(line.count <= 80, "\(line)")
        }
        #expect(
            text.hasPrefix(
                """
                a-team-of-people@local.test: accepted at RCPT TO, but what goes to
                  ghost@local.test comes back: unknown user: "ghost" (and 1 more of 2 do not
                  arrive)
                  note      local_recipient_maps is empty, so local.test takes any name; what
                            nobody has comes back to a sender that may be forged. The default
                            knows users and aliases
                """), "\(text)")
        let piped = try await Command.run([
            BuiltProgram.martlet, "explain", "-c", etc, "a-team-of-people@local.test",
        ])
        #expect(
            piped.standardOutput.hasPrefix(
                "a-team-of-people@local.test: accepted at RCPT TO, but what goes to ghost@local.test comes back: unknown user: \"ghost\" (and 1 more of 2 do not arrive)\n  note      local_recipient_maps is empty, so local.test takes any name;"
            ))
    }
}
