import Foundation
import MailFormat
import NIOCore
import Peers
import Testing

@testable import Delivery

@Suite struct CommandTests {
    @Test(arguments: [
        ("/bin/cat a  b", "", ["/bin/cat", "a", "b"]), ("cat x", "", ["cat", "x"]),
        ("exit 3", "", ["/bin/sh", "-c", "exit 3"]),
        ("/bin/cat 'a b'", "", ["/bin/sh", "-c", "/bin/cat 'a b'"]),
        ("/bin/cat $USER", "", ["/bin/sh", "-c", "/bin/cat $USER"]),
        ("a b", "/bin/smrsh -c", ["/bin/smrsh", "-c", "a b"]), ("", "", ["/bin/sh", "-c", ""]),
    ])
    func `a shell runs what is more than plain words`(command: String, shell: String, words: [String]) {
        #expect(CommandWords(command, shell: shell).arguments == words)
    }

    @Test(arguments: [
        (
            "flags=DRhu user=vmail:vmail argv=/lda -f ${sender}", "vmail", "vmail",
            ["/lda", "-f", "${sender}"]
        ),
        ("user=a argv=/x argv=y user=z", "a", nil, ["/x", "argv=y", "user=z"]),
    ])
    func `attributes end at argv`(text: String, user: String, group: String?, arguments: [String]) throws {
        let specification = try PipeSpecification(text.split(separator: " ").map(String.init))
        #expect(specification.user == user)
        #expect(specification.group == group)
        #expect(specification.arguments == arguments)
    }

    @Test(
        arguments: [
            ("\\r\\n", [13, 10]), ("\\012", [10]), ("\\0", [0]), ("\\1234", [83, 52]), ("\\\\n", [92, 110]),
            ("x\\", [120, 92]),
        ] as [(String, [UInt8])])
    func `line ends are written as in C`(text: String, bytes: [UInt8]) throws {
        #expect(try PipeSpecification(["user=x", "eol=\(text)", "argv=y"]).lineEnd == bytes)
    }

    @Test(arguments: ["", "x", "\r\n.\r\n..\r\nFrom x\r\n.From\r\nFro", ".\r\n", "From ", "a\r\n\r\n"])
    func `dots, From and line ends come out the same wherever the pieces are cut`(text: String) {
        func converted(_ cut: Int?) -> String {
            var lines = LineEnds(quotesFrom: true, stuffsDots: true, end: [13, 10])
            let bytes = Array(text.utf8)
            var output: [UInt8] = []
            for piece in cut.map({ [bytes[..<$0], bytes[$0...]] }) ?? [bytes[...]] {
                output += lines.convert(ByteBuffer(bytes: piece))
            }
            return String(decoding: output + lines.finish(), as: UTF8.self)
        }
        let whole = converted(nil)
        for cut in 0...text.utf8.count { #expect(converted(cut) == whole) }
        let lines = text.components(separatedBy: "\r\n")
        let expected = lines.enumerated().map { index, line in
            let isLast = index == lines.count - 1
            let stuffed = line.hasPrefix(".") ? ".\(line)" : line.hasPrefix("From ") ? ">\(line)" : line
            return isLast ? (line.isEmpty ? "" : stuffed + "\r\n") : stuffed + "\r\n"
        }
        #expect(whole == expected.joined())
    }
}
