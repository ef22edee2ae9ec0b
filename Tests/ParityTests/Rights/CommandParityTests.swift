import Foundation
import Peers
import Testing

/// Commands of aliases, lists, .forward files and main.cf, run by a real local(8) and by Martlet.
@Suite(.serialized) struct CommandParityTests {
    /// Writes down what it is called with, its environment, rights and standard input.
    static let recorder = """
        #!/bin/sh
        umask 022
        out="$DIR/records/$1.$$"
        { for word; do printf '[%s]\\n' "$word"; done; env | grep -v '^_=' | sort; id; pwd; cat; } >"$out.part"
        mv "$out.part" "$out"

        """

    // MARK: Exit codes and output

    private struct Ending {
        let code: Int
        let output: String
    }

    private static func endings(_ random: inout SeededGenerator) -> [Ending] {
        let outputs = [
            "", "", "plain words\n", "two\nlines\n", "  spaces  ", "5.1.2 no such host\n", "4.2.2 later\n",
            "5.7.1\n",
            "2.0.0 fine\n", "5.7.1no\n", "5.7.1 \n", "5.7.1234 odd\n", "5.7 short\n", "tab\there\n",
            "x\u{1}y\u{7F}z\n",
            "ä umlaut\n", "50% off\n", String(repeating: "0123456789", count: 500), "\n\nlate\n",
            "6.1.1 six\n",
        ]
        let codes = [0, 1, 2, 42] + Array(64...79) + [75, 75, 126, 127, 255]
        return (0..<50).map { _ in Ending(code: random.pick(codes), output: random.pick(outputs)) }
    }

    @Test func `an exit code and output mean what they mean to Postfix`() async throws {
        var random = SeededGenerator(announcing: "commands' endings")
        let endings = Self.endings(&random)
        let pair = try await RightsPair.start(
            mainCf: """
                mydestination = here.test
                local_recipient_maps =
                alias_maps = texthash:$DIR/etc/aliases
                smtpd_recipient_restrictions =
                command_time_limit = 2s
                """, masterCf: "",
            prepare: { directory in
                var aliases =
                    "killed \"|kill -9 $$\"\nslow \"|echo begun; sleep 30\"\nnone \"|/nowhere/none a\"\n"
                for (number, ending) in endings.enumerated() {
                    try directory.write("said/\(number)", ending.output)
                    aliases += "c\(number) \"|cat \(directory.path)/said/\(number); exit \(ending.code)\"\n"
                }
                try directory.write("etc/aliases", aliases)
            })
        let names = endings.indices.map { "c\($0)" } + ["killed", "slow", "none"]
        try await pair.send(names.map { ("s@far.test", ["\($0)@here.test"]) })
        let (expected, found) = await pair.outcomes(of: names.map { "\($0)@here.test" })
        for name in names {
            let recipient = "\(name)@here.test"
            #expect(expected[recipient] != nil)
            #expect(found[recipient] == expected[recipient], "\(recipient)")
        }
    }

    // MARK: Environment and standard input

    private static let mainCf = """
        mydestination = here.test, box.test, shell.test, cwd.test
        local_recipient_maps =
        alias_maps = texthash:$DIR/etc/aliases, texthash:$DIR/etc/lps
        allow_mail_to_commands = alias, forward, include
        forward_path = $DIR/forward/$user
        recipient_delimiter = +
        smtpd_recipient_restrictions =
        export_environment = TZ=UTC EXTRA=yes
        mailbox_command_maps = inline:{{news = $DIR/rec maps plain}}
        transport_maps = inline:{box.test=box:, shell.test=shell:, cwd.test=cwd:}
        """

    private static let masterCf = """
        box unix - n n - - local -o {mailbox_command=$DIR/rec box "$EXTENSION" $USER} -o mailbox_command_maps=
        shell unix - n n - - local -o {local_command_shell=/bin/sh -c}
        cwd unix - n n - - local -o {command_execution_directory=$DIR/cwd/${user}${extension?-$extension}}
        """

    private static let messages: [(from: String, to: [String])] =
        [
            "alias", "alias+more", "words", "theirs", "list", "man", "man+tag", "news", "news+x", "lp",
        ].map { ("s@far.test", ["\($0)@here.test"]) } + [
            ("", ["alias@here.test"]), ("o'neil+$(id)@far.test", ["alias+a-b@here.test"]),
            ("\"a b;c\"@far.test", ["Alias@Here.test"]), ("s@far.test", ["\"alias+q|z\"@here.test"]),
            ("s@far.test", ["games+ext@box.test"]), ("s@far.test", ["root@box.test"]),
            ("s@far.test", ["alias@shell.test"]), ("s@far.test", ["alias@cwd.test"]),
            ("s@far.test", ["alias+sub@cwd.test"]), ("s@far.test", ["alias+none@cwd.test"]),
        ]

    private static func prepare(_ directory: TemporaryDirectory) throws {
        let path = directory.path
        try directory.write("rec", recorder.replacing("$DIR", with: path), mode: 0o755)
        try directory.write(
            "etc/aliases",
            "alias \"|\(path)/rec alias 'a b' $USER\"\nwords \"|\(path)/rec words x  y\"\nlist :include:\(path)/lists/members\n"
        )
        try directory.write("etc/lps", "theirs \"|\(path)/rec theirs\"\n")
        try directory.write("lists/members", "\"|\(path)/rec list\"\n")
        try directory.write("forward/man", "\"|\(path)/rec forward; exit 0\"\n", mode: 0o600)
        try directory.write("forward/lp", ":include:\(path)/lists/lps\n")
        try directory.write("lists/lps", "\"|\(path)/rec nested\"\n", mode: 0o600)
        for name in ["records", "cwd/alias", "cwd/alias-sub"] { _ = try directory.makeDirectory(name) }
        try Root.run(
            "cd '\(path)' && chmod 1777 records && chown lp etc/lps forward/lp lists/lps && chown news lists/members && chown man forward/man"
        )
    }

    @Test func `a command has the rights, the environment and the input that Postfix gives it`() async throws
    {
        let pair = try await RightsPair.start(
            mainCf: Self.mainCf, masterCf: Self.masterCf, prepare: Self.prepare)
        try await pair.send(Self.messages)
        let (expected, found) = await pair.outcomes(of: Self.messages.flatMap(\.to))
        #expect(expected.count == Set(Self.messages.flatMap(\.to)).count)
        for (recipient, outcomes) in expected { #expect(found[recipient] == outcomes, "\(recipient)") }
        try Self.compareRecords(pair, atLeast: 15)
    }

    static func compareRecords(_ pair: RightsPair, atLeast count: Int) throws {
        let theirs = try records(pair.postfix.directory)
        let ours = try records(pair.martlet.directory)
        #expect(theirs.count >= count)
        #expect(theirs.count == ours.count)
        for record in Set(theirs).symmetricDifference(ours) {
            Issue.record("\(theirs.contains(record) ? "only Postfix" : "only Martlet"): \(record)")
        }
    }

    /// What the recorder has written, without what differs by chance.
    static func records(_ directory: TemporaryDirectory) throws -> [String] {
        try Root.tree(directory.appending("records"))
            .map { "\($0.owner):\($0.group) " + RightsPair.plain($0.text, in: directory.path) }.sorted()
    }
}
