import Peers
import Testing

@testable import PostfixConfig

@Suite struct MainFileTests {
    private func file(_ text: String) -> MainFile { MainFile(path: "main.cf", text: Array(text.utf8)) }

    @Test func continuationLinesCommentsAndBlanks() {
        let entries = file("# top\na = b\n  c\n# inside\n\n\td  \n\n  # also\nb=\n").entries
        #expect(entries.map(\.name) == ["a", "b"])
        #expect(entries.map(\.value) == ["b  c\td", ""])
        #expect(entries.map(\.line) == [2, 9])
    }

    @Test(arguments: [
        ("foo\n", "missing '=' after attribute name: \"foo\""), ("= x\n", "missing attribute name: \"= x\""),
        ("foo bar = x\n", "missing '=' after attribute name: \"foo bar = x\""),
    ])
    func aLineThatIsNoEntryIsAnError(text: String, message: String) {
        #expect(file("a=1\n" + text).problems.map(\.description) == ["main.cf, line 2: " + message])
    }

    @Test func theLastOfTwoEntriesCountsAndIsWarnedOf() throws {
        let file = file("a = 1\nb = 2\na = 3\n")
        #expect(file.problems.map(\.placedMessage) == ["main.cf, line 3: overriding earlier entry: a=1"])
        #expect(file.problems.map(\.severity) == [.warning])
    }

    @Test func aContinuationOfNothingIsWarnedOf() {
        #expect(file("  a = 1\nb=2\n").entries.map(\.name) == ["b"])
        #expect(file("  a = 1\n").problems.first?.message.contains("must not start with whitespace") == true)
    }

    @Test(
        arguments: [
            ("mydestinatoin", "mydestination"), ("relayhots", "relayhost"),
            ("virtual_mailbox_map", "virtual_mailbox_maps"),
            ("something_else_entirely", nil),
        ] as [(String, String?)])
    func findsTheNameThatWasMeant(name: String, meant: String?) {
        #expect(Spelling.nearest(to: name, in: ParameterCatalogue.all.map(\.name)) == meant)
    }

    @Test func editsLeaveTheRestAsItWas() {
        let before = "# top\nmydomain=a\n  b\n# inside\n\tc\n\nmyhostname=q\nmydomain = dup\n"
        var edit = MainFileEdit()
        edit.request("mydomain", .set("one"))
        edit.request("mydomain", .set("two"))
        edit.request("relayhost", .set(""))
        edit.request("myhostname", .commentOut)
        let after = edit.apply(to: Array(before.utf8), path: "main.cf")
        #expect(
            String(decoding: after, as: UTF8.self)
                == "# top\nmydomain = two\n# inside\n\n#myhostname=q\nmydomain = two\nrelayhost = \n")
        #expect(
            edit.warnings == [
                "ignoring earlier request: 'mydomain = one'", "main.cf: multiple entries for \"mydomain\"",
            ])
    }

    /// Postfix 3.7 would write `# endbiff = no`.
    @Test func aLastLineWithoutEndGetsOne() {
        var edit = MainFileEdit()
        edit.request("biff", .set("no"))
        #expect(
            String(decoding: edit.apply(to: Array("# end".utf8), path: ""), as: UTF8.self)
                == "# end\nbiff = no\n")
    }

    @Test func replacingKeepsTheModeAndLeavesNothingBehind() async throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("main.cf", "a = 1\n", mode: 0o640)
        try FileReplacement.edit(path) { $0 + Array("b = 2\n".utf8) }
        #expect(String(decoding: try FileContent.read(path), as: UTF8.self) == "a = 1\nb = 2\n")
        let listing = try await Command.run(["/usr/bin/stat", "-c", "%a", path])
        #expect(listing.standardOutput == "640\n")
        #expect(try await Command.run(["/bin/ls", directory.path]).standardOutput == "main.cf\n")
        #expect(throws: ConfigurationProblem.self) { try FileReplacement.edit(path + ".no") { $0 } }
    }
}
